// What the text of a script says once it is put together: constants that are joined, decoded or turned round, and text
// that is written so that nobody reads it. Nothing is run.
#ifndef LOOPLINT_ANALYZER_FACTS_SCRIPT_TEXT_H_
#define LOOPLINT_ANALYZER_FACTS_SCRIPT_TEXT_H_

#include <optional>
#include <string>
#include <string_view>

#include "analyzer/base/ids.h"
#include "analyzer/model/model.h"

namespace looplint {

// Text nobody writes in base64, in numbers, backwards or in pieces but to hide it: an address, a command, the name of a
// module or method that reaches out of the process.
bool IsWorthHiding(std::string_view text);

struct Concealed {
  Span at;
  std::string text;  // what it says
  std::string_view how;
};
// The first constant of a text that hides something, told from the text alone.
std::optional<Concealed> FindConcealed(std::string_view text);

class ScriptText {
 public:
  // `folder`: that of the file, relative to its package ("." for the root). All outlive this.
  ScriptText(const FileModel& model, std::string_view text, std::string folder)
      : m_(model), text_(text), folder_(std::move(folder)) {}
  // The text an expression makes; kUnknown stands for each part of which the file does not tell. Folders of the machine
  // are written as a shell has them: ~ is the home folder, /tmp that for temporary files, . that of the package.
  std::string Of(NodeId node, int depth = 0) const;
  std::string Of(ValueId value, int depth = 0) const;
  static constexpr std::string_view kUnknown = "$_";
  static bool IsWhole(std::string_view text) { return text.find(kUnknown) == std::string_view::npos; }
  // What a sum or a join of constants hides: it says what none of its parts does.
  std::optional<Concealed> HiddenIn(NodeId node) const;

 private:
  std::string_view TextOf(NodeId n) const {
    return text_.substr(m_.syntax[n].start, m_.syntax[n].end - m_.syntax[n].start);
  }
  std::string OfCall(NodeId node, int depth) const;

  const FileModel& m_;
  std::string_view text_;
  std::string folder_;
};

}  // namespace looplint

#endif  // LOOPLINT_ANALYZER_FACTS_SCRIPT_TEXT_H_
