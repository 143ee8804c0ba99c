// Where the text of a value comes from, as far as one function shows it: request data, or a parameter. Follows constant
// bindings, destructuring, templates, concatenation and the calls that pass text on; gives up at numbers, lookups and
// anything it does not know, so what it says is so. The rules on regular expressions ask it what they match against.
#ifndef LOOPLINT_ANALYZER_FACTS_LOCAL_FLOW_H_
#define LOOPLINT_ANALYZER_FACTS_LOCAL_FLOW_H_

#include <string>
#include <vector>

#include "analyzer/facts/calls.h"

namespace looplint {

struct LocalOrigin {
  enum class Kind : uint8_t { kNone, kRequest, kParam };
  Kind kind = Kind::kNone;
  std::string what;      // as it would be written: "req.query.name"
  FunctionRef function;  // whose parameter it comes from
  uint32_t param = 0;
  bool embedded = false;           // inside a longer text
  bool encoded = false;            // still percent-encoded and normalised, as URL's members are
  bool stripped = false;           // went through replace() of a constant string, which replaces once
  std::vector<BindingId> through;  // bindings that held it on the way, for guards
};

class LocalFlow {
 public:
  LocalFlow(const Project& project, const Calls& calls, FileId file)
      : p_(project), calls_(calls), file_(file), m_(project[file].model), d_(project, file) {}

  // The first thing found that `value` derives from; kNone when nothing is known.
  LocalOrigin Of(ValueId value);
  // Whether what `origin` names is looked at before `sink` by something that may refuse it: a comparison, a test by a
  // function or regular expression, a call of a validator. kPrefix: only by startsWith(directory) without a separator.
  enum class Guard : uint8_t { kNone, kPrefix, kGuarded };
  Guard GuardOf(const LocalOrigin& origin, NodeId sink);

 private:
  LocalOrigin Walk(ValueId value, int depth);
  LocalOrigin OfCall(CallId id, int depth);
  LocalOrigin OfMember(ValueId value, int depth);
  LocalOrigin RequestMember(ValueId value);
  Guard Validates(NodeId use);
  bool BareDirectory(NodeId node);
  bool RefusedByRoute(const LocalOrigin& origin);
  std::string_view Text(NodeId n) const;

  const Project& p_;
  const Calls& calls_;
  FileId file_;
  const FileModel& m_;
  Denoter d_;
  std::vector<BindingId> trail_;
  int containers_ = 0;  // members taken on the way: bindings below hold more than the value
  int steps_ = 0;
};

}  // namespace looplint

#endif  // LOOPLINT_ANALYZER_FACTS_LOCAL_FLOW_H_
