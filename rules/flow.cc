#include "rules/flow.h"

#include <algorithm>

#include "analyzer/base/strings.h"

namespace looplint {

std::optional<Report::Draft> ReportFlow(const TaintFlow& flow, std::string_view rest, std::string help, Report& report,
                                        std::optional<Fix> fix) {
  if (flow.trust != Trust::kRemote && flow.trust != Trust::kLibrary) return std::nullopt;
  const bool library = flow.trust == Trust::kLibrary;
  std::string text =
      library ? Cat("`", flow.what, "` of an exported function ", rest, "; the caller may pass what others chose")
              : Cat(flow.what,
                    flow.value == "archive"    ? " is a name inside an archive and "
                    : flow.value == "response" ? " is what another server answered and "
                    : flow.value == "bytes"    ? " comes over the network and "
                                               : " comes from the request and ",
                    rest);
  Report::Draft draft = report.At(flow.node, std::move(text));
  draft.From(TrustName(flow.trust));
  if (!flow.steps.empty()) draft.Via(flow.steps, "the way of the value");
  if (!help.empty()) draft.Help(std::move(help));
  if (fix) draft.FixWith(*std::move(fix));
  // On a long way through interfaces and callbacks what one caller passes is easily taken for another's.
  constexpr ptrdiff_t kFar = 4;
  const bool far = std::count_if(flow.steps.begin(), flow.steps.end(),
                                 [](const Step& s) { return s.note.starts_with("passed on"); }) >= kFar;
  if (library || far) draft.As(Severity::kWarn);
  return draft;
}

}  // namespace looplint
