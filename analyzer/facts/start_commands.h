// How a package is started where it is deployed: what its Procfile, Dockerfile and serverless.yml run.
#ifndef LOOPLINT_ANALYZER_FACTS_START_COMMANDS_H_
#define LOOPLINT_ANALYZER_FACTS_START_COMMANDS_H_

#include <string>
#include <string_view>
#include <vector>

#include "resolver/file_system.h"

namespace looplint {

struct StartCommand {
  std::string what;     // "web of Procfile", "CMD of Dockerfile"
  std::string command;  // as a shell would run it in the folder; "" for a handler
  std::string handler;  // serverless.yml: a path without extension
};

// Of the files in `directory` (absolute), those named Dockerfile.something too. What cannot be read says nothing.
std::vector<StartCommand> StartCommandsIn(const FileSystem& fs, const std::string& directory);

// Parts of it: the lines "name: command" of a Procfile; what the image of the last stage of a Dockerfile runs, with
// paths relative to its WORKDIR; the handlers of functions in serverless.yml.
std::vector<StartCommand> ReadProcfile(std::string_view text);
std::vector<StartCommand> ReadDockerStart(std::string_view text, std::string_view name);
std::vector<StartCommand> ReadServerless(std::string_view text);

}  // namespace looplint

#endif  // LOOPLINT_ANALYZER_FACTS_START_COMMANDS_H_
