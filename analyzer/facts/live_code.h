// What of a script runs when it is started in a certain way: functions nobody mentions do not, nor do the branches for
// other arguments. Where the file does not tell, code counts as live.
#ifndef LOOPLINT_ANALYZER_FACTS_LIVE_CODE_H_
#define LOOPLINT_ANALYZER_FACTS_LIVE_CODE_H_

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/model/model.h"

namespace looplint {

// Names of a module that its users take; nullopt: any of them.
using WantedNames = std::optional<std::set<std::string>>;

class LiveCode {
 public:
  // `wanted`: what of the module's exports is used; none of a script that is run. `arguments`: what stands behind the
  // script on the command line, when that is known.
  LiveCode(const FileModel& model, std::string_view text, const WantedNames& wanted,
           const std::optional<std::vector<std::string>>& arguments);

  bool Has(NodeId node) const;
  // What live code takes of an import; an empty set when it is only loaded.
  WantedNames Of(ImportId import) const;

 private:
  struct Gate {  // of a function that runs only when somebody mentions it
    std::vector<BindingId> bindings;
    std::vector<std::string> exported;
  };
  std::string_view TextOf(NodeId n) const {
    return text_.substr(m_.syntax[n].start, m_.syntax[n].end - m_.syntax[n].start);
  }
  bool Wanted(std::string_view name) const { return !wanted_ || wanted_->contains(std::string(name)); }
  std::optional<std::string> ArgumentAt(NodeId expression) const;
  void PruneBranches(const std::vector<std::string>& arguments);
  void PruneFunctions();
  bool Takes(NodeId use, WantedNames& names) const;

  const FileModel& m_;
  std::string_view text_;
  WantedNames wanted_;
  const std::vector<std::string>* arguments_ = nullptr;
  std::vector<NodeId> dead_;  // subtrees
};

}  // namespace looplint

#endif  // LOOPLINT_ANALYZER_FACTS_LIVE_CODE_H_
