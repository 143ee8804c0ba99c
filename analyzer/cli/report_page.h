// The page of -f html around its data; report/embed.cmake writes the definitions.
#ifndef LOOPLINT_ANALYZER_CLI_REPORT_PAGE_H_
#define LOOPLINT_ANALYZER_CLI_REPORT_PAGE_H_

#include <string_view>

namespace looplint {

extern const std::string_view kReportHead, kReportTail;

}  // namespace looplint

#endif  // LOOPLINT_ANALYZER_CLI_REPORT_PAGE_H_
