// All that a rule sees. A rule is one file, rules/<family>/<name>.cc, whose path is its id:
//
//   #include "rules/rule.h"
//   namespace looplint {
//   namespace {
//   void Check(const View& file, Report& report) { ... }
//   }  // namespace
//   RULE = {.summary = "...", .why = "...", .fix = "...", .severity = Severity::kError, .check = Check};
//   }  // namespace looplint
//
// A rule is a pure function from one file, with the program around it, to findings: no I/O, no state, no threads. A rule
// on manifests, lockfiles and what an install runs looks at a workspace instead, and sets .check_packages:
//
//   void Check(const PackagesView& packages, Report& report) { ... report.At({file, span}, "...") ... }
//
// What Node does is asked of the knowledge rows, never spelled in a rule.
#ifndef LOOPLINT_RULES_RULE_H_
#define LOOPLINT_RULES_RULE_H_

#include <span>
#include <string_view>

#include "analyzer/project/finding.h"
#include "rules/view.h"

namespace looplint {

struct PackagesView;  // rules/packages_view.h

// Collects what one rule finds in one file.
class Report {
 public:
  Report(const Rule& rule, const View& file, std::vector<Finding>& out) : rule_(rule), file_(&file), out_(out) {}
  // For rules on packages, which say which file they mean.
  Report(const Rule& rule, std::vector<Finding>& out) : rule_(rule), out_(out) {}

  // Refinements of the finding just reported.
  class Draft {
   public:
    // `title` says what the steps are to the finding; a literal.
    Draft& Via(std::vector<Step> steps, std::string_view title = "reached from") {
      finding_.via = std::move(steps);
      finding_.via_title = title;
      return *this;
    }
    Draft& Help(std::string text) {
      finding_.help = std::move(text);
      return *this;
    }
    Draft& As(Severity severity) {
      finding_.severity = severity;
      return *this;
    }
    Draft& From(std::string_view trust) {
      finding_.trust = trust;
      return *this;
    }
    Draft& FixWith(Fix fix) {
      finding_.fixes.push_back(std::move(fix));
      return *this;
    }

   private:
    friend class Report;
    explicit Draft(Finding& finding) : finding_(finding) {}
    Finding& finding_;
  };

  // `message` is one clause or sentence without a full stop. The draft is valid until the next call. Nothing is told
  // of a node that never runs, since a statement before it returns or throws.
  Draft At(NodeId node, std::string message);
  Draft At(Span span, std::string message);
  Draft At(Place place, std::string message);

 private:
  const Rule& rule_;
  const View* file_ = nullptr;
  std::vector<Finding>& out_;
  Finding untold_;  // the last one that is not
};

struct Rule {
  std::string_view summary;  // what is wrong: a clause, lower case, no full stop
  std::string_view why;      // why it matters under Node: sentences
  std::string_view fix;      // what to do: sentences
  Severity severity = Severity::kWarn;
  Confidence confidence = Confidence::kHigh;
  int cwe = 0;                // 0: none
  // Rules of ESLint and its plugins that are about the same, separated by blanks: their comments may count for this one.
  std::string_view eslint = {};
  bool on_by_default = true;  // in the preset looplint:recommended
  bool performance = false;   // about time: a CPU profile ranks its findings
  bool shapes = false;        // asks for hidden classes: objects of constants are tracked too
  // One of them.
  void (*check)(const View& file, Report& report) = nullptr;
  void (*check_packages)(const PackagesView& packages, Report& report) = nullptr;
  std::string_view id = {};  // family/name, from the file's path; AllRules() fills it in
  constexpr std::string_view family() const { return id.substr(0, id.find('/')); }
};

// All rules in order of id. The table is written by CMake from the file names.
std::span<const Rule* const> AllRules();
const Rule* FindRule(std::string_view id);

// A file defines its rule with RULE = {...}; CMake derives the symbol from the path and defines RULE for the file
// (rules/CMakeLists.txt).

}  // namespace looplint

#endif  // LOOPLINT_RULES_RULE_H_
