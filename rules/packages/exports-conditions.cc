#include <algorithm>
#include <set>

#include "analyzer/base/strings.h"
#include "rules/fixes.h"
#include "rules/packages_view.h"
#include "rules/rule.h"

namespace looplint {
namespace {

bool SameValue(const DocValue& a, const DocValue& b) {
  if (a.kind() != b.kind()) return false;
  if (a.IsString()) return a.str() == b.str();
  if (!a.IsObject() && !a.IsArray()) return true;
  auto i = a.begin(), j = b.begin();
  for (; i != a.end() && j != b.end(); ++i, ++j) {
    if ((*i).key() != (*j).key() || !SameValue(*i, *j)) return false;
  }
  return !(i != a.end()) && !(j != b.end());
}

// Does every way through `value` end in a target, whatever the conditions? Then nothing after it is looked at.
bool Decides(const DocValue& value) {
  if (value.IsString() || value.kind() == DocKind::kNull) return true;
  if (value.IsObject()) {
    for (const DocValue v : value) {
      if (v.key() == "default" && Decides(v)) return true;
    }
    // import and require between them are every way to load.
    return value["import"] && value["require"] && Decides(value["import"]) && Decides(value["require"]);
  }
  return false;
}

class Walker {
 public:
  Walker(const PackageFile& file, std::string_view text, Report& report) : file_(file), text_(text), report_(report) {}

  void Conditions(const DocValue& object, int depth) {
    if (depth > 40) return;
    if (object.IsArray()) {
      for (const DocValue v : object) Conditions(v, depth + 1);
      return;
    }
    if (object.IsString()) return Target(object);
    if (!object.IsObject()) return;
    DocValue decided;                   // what matches whatever follows
    std::set<std::string_view> before;  // conditions that end the search where they hold
    for (const DocValue v : object) {
      const std::string_view key = v.key();
      const Place at{file_.file, v.key_at()};
      if (!key.empty() && key.find_first_not_of("0123456789") == std::string_view::npos) {
        report_.At(at, Cat("\"", key, "\" is a number: Node refuses to load the package (ERR_INVALID_PACKAGE_CONFIG)"));
        continue;
      }
      if (key.starts_with('.')) {
        report_.At(
            at, Cat("\"", key,
                    "\" is a subpath among conditions: Node refuses to load the package (ERR_INVALID_PACKAGE_CONFIG)"));
        continue;
      }
      if (decided && !SameValue(v, decided)) {
        report_
            .At(at,
                Cat("condition \"", key, "\" can never be chosen: \"", decided.key(), "\" before it always matches"))
            .Help(Cat("Move \"", decided.key(),
                      "\" behind it. Node takes the first condition that holds, in the order of the file."))
            .FixWith({.description = Cat("move \"", decided.key(), "\" to the end"),
                      .edits = {ToTheEnd(object, decided)},
                      .safe = false});
      } else if (before.contains(key)) {
        report_.At(at, Cat("condition \"", key, "\" stands twice: the last one counts, in the place of the first"));
      } else if (key == "types" && !decided && Runs(before) && v.IsString()) {
        const std::string_view first =
            *std::ranges::find_if(order_, [&](std::string_view k) { return before.contains(k); });
        report_.At(at, Cat("condition \"types\" is not seen by TypeScript: \"", first, "\" before it matches"))
            .As(Severity::kWarn)
            .Help("Put \"types\" first: TypeScript too takes the first condition that holds.")
            .FixWith({.description = "put \"types\" first", .edits = {ToTheFront(object, v)}, .safe = false});
      }
      if (v.IsString() || v.IsObject() || v.IsArray() || v.kind() == DocKind::kNull) Conditions(v, depth + 1);
      if (!decided && key == "default" && Decides(v)) decided = v;
      if (Decides(v)) before.insert(key);
    }
  }

 private:
  static constexpr std::string_view order_[] = {"import", "require", "node", "default", "module-sync"};
  static bool Runs(const std::set<std::string_view>& before) {
    return std::ranges::any_of(order_, [&](std::string_view k) { return before.contains(k); });
  }

  Edit ToTheEnd(const DocValue& object, const DocValue& member) const {
    Span next{}, last = member.entry_at();
    bool found = false;
    for (const DocValue v : object) {
      if (found && next.end == 0) next = v.entry_at();
      if (found) last = v.entry_at();
      found |= v.key_at().start == member.key_at().start;
    }
    return MoveBehind(text_, member.entry_at(), next, last);
  }

  Edit ToTheFront(const DocValue& object, const DocValue& member) const {
    const Span first = (*object.begin()).entry_at(), own = member.entry_at();
    Span before = first;
    for (const DocValue v : object) {
      if (v.key_at().start == member.key_at().start) break;
      before = v.entry_at();
    }
    const std::string_view between = text_.substr(before.end, own.start - before.end);
    return {{first.start, own.end},
            Cat(text_.substr(own.start, own.end - own.start), between,
                text_.substr(first.start, before.end - first.start))};
  }

  void Target(const DocValue& v) {
    const std::string_view target = v.str();
    if (target.starts_with("./")) {
      if (target.find("/../") != std::string_view::npos || target.find("/node_modules/") != std::string_view::npos) {
        report_.At({file_.file, v.at()},
                   Cat("\"", target, "\" leaves the package: Node refuses it (ERR_INVALID_PACKAGE_TARGET)"));
      }
      return;
    }
    report_.At({file_.file, v.at()},
               Cat("\"", target, "\" must begin with \"./\": Node refuses it (ERR_INVALID_PACKAGE_TARGET)"));
  }

  const PackageFile& file_;
  std::string_view text_;
  Report& report_;
};

void Check(const PackagesView& packages, Report& report) {
  for (const PackageFile* m : packages.workspace.Manifests()) {
    Walker walker(*m, packages.project[m->file].text, report);
    const DocValue exports = m->manifest->root()["exports"];
    if (!exports) continue;
    if (!exports.IsObject()) {
      walker.Conditions(exports, 0);
      continue;
    }
    size_t paths = 0, conditions = 0;
    for (const DocValue v : exports) ++(v.key().starts_with('.') ? paths : conditions);
    if (paths > 0 && conditions > 0) {
      report
          .At({m->file, exports.key_at()},
              "\"exports\" mixes subpaths and conditions: Node refuses to load the package "
              "(ERR_INVALID_PACKAGE_CONFIG)")
          .Help("Put the conditions below \".\".");
      continue;
    }
    if (paths == 0) {
      walker.Conditions(exports, 0);
      continue;
    }
    for (const DocValue v : exports) {
      const std::string_view key = v.key();
      if (key != "." && !key.starts_with("./")) {
        report.At({m->file, v.key_at()}, Cat("the subpath \"", key, "\" must begin with \"./\""));
        continue;
      }
      walker.Conditions(v, 0);
    }
    // "#" names are inside the package and may lead to other packages.
  }
}

}  // namespace

RULE = {
    .summary = "a condition in \"exports\" can never be chosen, or Node refuses the map",
    .why =
        "Node goes through the conditions in the order of the file and takes the first that holds; \"default\" always "
        "holds. A "
        "condition behind it is dead: import and require get the same file, or TypeScript finds no types. Keys and "
        "targets of "
        "the wrong shape make every import of the package throw.",
    .fix =
        "Order conditions from the most special to \"default\", \"types\" first, and begin every target with \"./\".",
    .severity = Severity::kError,
    .confidence = Confidence::kVeryHigh,
    .check_packages = Check};

}  // namespace looplint
