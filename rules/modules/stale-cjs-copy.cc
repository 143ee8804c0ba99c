// const { count } = require('./counter') where counter.js later does exports.count++.
#include <algorithm>
#include <optional>

#include "analyzer/base/strings.h"
#include "rules/rule.h"

namespace looplint {
namespace {

bool IsExports(const FileModel& m, ValueId value) {
  if (!Some(value)) return false;
  const Value& v = m.values[value];
  const auto global = [&](const Value& x, std::string_view name) {
    return x.kind == ValueKind::kGlobal && m.names[static_cast<NameId>(x.a)] == name;
  };
  return global(v, "exports") || (v.kind == ValueKind::kMember && m.names[static_cast<NameId>(v.b)] == "exports" &&
                                  global(m.values[static_cast<ValueId>(v.a)], "module"));
}

// Where a function that runs after loading gives the export another value, or kNone.
NodeId ChangedLater(const FileModel& m, std::string_view name) {
  const NameId id = m.names.Find(name);
  if (!Some(id)) return kNone<NodeId>;
  bool at_load = false;
  NodeId later = kNone<NodeId>;
  // A function that replaces module.exports, mostly by a simpler self (Babel's typeof): the copy does what the new one
  // does.
  const auto replaces = [&](FunctionId function) {
    return std::any_of(m.writes.begin(), m.writes.end(), [&](const Write& w) {
      return m.FunctionOf(w.node) == function && m.values[w.target].kind == ValueKind::kMember &&
             IsExports(m, w.target);
    });
  };
  const auto consider = [&](NodeId node, ValueId target) {
    const Value& v = m.values[target];
    if (v.kind != ValueKind::kMember || static_cast<NameId>(v.b) != id || !IsExports(m, static_cast<ValueId>(v.a)))
      return;
    if (RunsAtLoad(m, m.FunctionOf(node))) {
      at_load = true;
    } else if (!Some(later) && !replaces(m.FunctionOf(node))) {
      later = node;
    }
  };
  for (const Write& w : m.writes) consider(w.node, w.target);
  for (uint32_t i = 0; i < m.syntax.size(); ++i) {
    const NodeId node = static_cast<NodeId>(i);
    if (m.syntax.KindOf(node) != Kind::kUpdateExpression) continue;
    const NodeId operand = m.syntax.FirstChild(node);
    if (Some(operand) && Some(m.ValueOf(operand))) consider(node, m.ValueOf(operand));
  }
  // Without a value at first, whoever reads it waits for it: a module set up before the others are loaded.
  return at_load ? later : kNone<NodeId>;
}

void Check(const View& file, Report& report) {
  if (file.file.role != FileRole::kSource || file.model.module.imports.empty()) return;
  const FileModel& m = file.model;
  for (const BindingId id : Ids(m.bindings)) {
    const Binding& b = m.bindings[id];
    if (!Some(b.value) || b.writes > 0 || b.type_only || !Some(b.first)) continue;
    const Value& v = m.values[b.value];
    if (v.kind != ValueKind::kMember || m.values[static_cast<ValueId>(v.a)].kind != ValueKind::kImport) continue;
    const ImportId import = static_cast<ImportId>(m.values[static_cast<ValueId>(v.a)].a);
    if (m.module.imports[import].kind != ImportKind::kRequire && m.module.imports[import].kind != ImportKind::kImport)
      continue;
    const FileId target = file.file.imports[Index(import)];
    if (!Some(target) || target == file.id) continue;
    const File& exporter = file.project[target];
    // Compiled modules are read through the module object whatever the source says.
    if (HowLoaded(exporter) != LoadedAs::kCommonJs || exporter.model.module.has_esm_syntax) continue;
    if (m.module.imports[import].kind == ImportKind::kImport && HowLoaded(file.file) != LoadedAs::kEsm) continue;
    if (!RunsAtLoad(m, m.FunctionOf(b.node))) continue;
    const std::string_view name = file.Name(static_cast<NameId>(v.b));
    const NodeId change = ChangedLater(exporter.model, name);
    if (!Some(change)) continue;
    // Only a use after loading can see an old value.
    bool used_later = false;
    NodeId first = kNone<NodeId>;
    for (const NodeId r : file.References(id)) {
      used_later = true;
      if (!Some(first)) first = r;
    }
    if (!used_later) continue;
    const Node& at = exporter.model.syntax[change];
    report.At(b.node, Cat("'", name, "' keeps the value it has now: ", exporter.path, " changes it later"))
        .Via({{{target, {at.start, at.end}}, "changes it, after it was copied"}}, "because")
        .Help(m.module.imports[import].kind == ImportKind::kRequire
                  ? Cat("keep the module and read its property '", name, "' when it is needed")
                  : Cat("import the module's default and read its property '", name, "'"));
  }
}

}  // namespace

RULE = {
    .summary = "a copy of an export that its module changes later",
    .why =
        "Taking a property out of what require() returned copies its value once. When the exporting module later "
        "assigns "
        "exports.name again, the copy stays as it was. Only ES modules have live bindings; even an ES module that "
        "imports a "
        "name from a CommonJS file gets a copy.",
    .fix =
        "Keep the module object and read the property where it is used, or export a function that returns the value.",
    .severity = Severity::kWarn,
    .confidence = Confidence::kHigh,
    .check = Check,
};

}  // namespace looplint
