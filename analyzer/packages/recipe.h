// The shell commands of Dockerfiles and CI files, with their places.
#ifndef LOOPLINT_ANALYZER_PACKAGES_RECIPE_H_
#define LOOPLINT_ANALYZER_PACKAGES_RECIPE_H_

#include <string>
#include <string_view>
#include <vector>

#include "analyzer/packages/shell.h"
#include "analyzer/packages/workspace.h"

namespace looplint {

struct RecipeCommand {
  ShellCommand command;
  Span at;                    // of the command in the file
  std::vector<Span> word_at;  // of its words
  uint32_t stage = 0;         // of a Dockerfile: FROM counts up
};

struct Recipe {
  std::vector<RecipeCommand> commands;
  // Dockerfile: the last stage, whose image is what runs.
  uint32_t last_stage = 0;
};

// Of a Dockerfile (RUN) or a CI file (run, script, command ...).
Recipe ReadRecipe(const PackageFile& file);

}  // namespace looplint

#endif  // LOOPLINT_ANALYZER_PACKAGES_RECIPE_H_
