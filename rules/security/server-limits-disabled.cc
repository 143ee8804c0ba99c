// Limits that keep one client from holding a server's sockets or memory are switched off.
#include <cstdlib>
#include <string>

#include "analyzer/base/strings.h"
#include "rules/rule.h"

namespace looplint {
namespace {

// What a limit protects from, of those whose 0 means "none".
std::string_view Harm(std::string_view name) {
  if (name == "headersTimeout") return "a client may send its headers one byte a minute and hold the socket for ever";
  if (name == "requestTimeout") return "a client may send its request one byte a minute and hold the socket for ever";
  return {};
}

bool Zero(const View& file, NodeId node) {
  const std::optional<double> n = Some(node) ? file.ConstantNumber(node) : std::nullopt;
  return (n && *n == 0) || (Some(node) && file.Text(node) == "Infinity");
}

bool IsServer(std::string_view type) {
  return type == "http.Server" || type == "https.Server" || type == "http2.Http2Server" ||
         type == "http2.Http2SecureServer";
}

// "1gb", "500mb" and Infinity, of what is gathered in memory.
bool Huge(const View& file, const Argument& options, NodeId* at) {
  const auto limit = file.OptionOf(options, "limit");
  if (!limit) return false;
  const Value& v = file.model[*limit];
  if (v.kind == ValueKind::kGlobal && file.Name(static_cast<NameId>(v.a)) == "Infinity") {
    *at = options.node;
    return true;
  }
  const std::string text = file.ConstantString(*limit).value_or("");
  if (text.empty()) return false;
  const double n = std::atof(text.c_str());
  const bool giga = text.find('g') != std::string::npos || text.find('G') != std::string::npos;
  const bool mega = text.find('m') != std::string::npos || text.find('M') != std::string::npos;
  *at = options.node;
  return (giga && n >= 1) || (mega && n >= 500);
}

void Check(const View& file, Report& report) {
  if (file.file.role != FileRole::kSource) return;
  const FileModel& m = file.model;
  for (const Write& w : m.writes) {
    const Value& t = m.values[w.target];
    if (t.kind != ValueKind::kMember || file.syntax.KindOf(w.node) != Kind::kAssignmentExpression) continue;
    const std::string_view harm = Harm(m.names[static_cast<NameId>(t.b)]);
    if (harm.empty() || !Zero(file, file.syntax.Child(w.node, Role::kRight))) continue;
    if (!IsServer(file.TypeOf(static_cast<ValueId>(t.a)))) continue;
    report.At(w.node, Cat("without this limit ", harm));
  }
  for (const CallId id : file.KnownCalls()) {
    const std::string_view name = file.ApiOf(id)->name;
    const Call& call = m.calls[id];
    if (name == "http.createServer" || name == "https.createServer") {
      for (uint32_t i = 0; i < call.arg_count; ++i) {
        for (const std::string_view limit : {"headersTimeout", "requestTimeout"}) {
          const auto v = file.OptionOf(m.args[call.first_arg + i], limit);
          if (!v) continue;
          const Value& x = m[*v];
          const bool none = x.kind == ValueKind::kNumber && Zero(file, static_cast<NodeId>(x.a));
          if (none) report.At(m.args[call.first_arg + i].node, Cat(limit, ": 0: without this limit ", Harm(limit)));
        }
      }
    }
    if (name == "express.json" || name == "express.urlencoded" || name == "express.text" || name == "express.raw" ||
        name.starts_with("body-parser.")) {
      NodeId at = kNone<NodeId>;
      for (uint32_t i = 0; i < call.arg_count; ++i) {
        if (!Huge(file, m.args[call.first_arg + i], &at)) continue;
        report.At(at, Cat(name,
                          "() gathers a whole body in memory before any handler sees it; with this limit a few "
                          "clients fill the process"));
        break;
      }
    }
  }
}

}  // namespace

RULE = {
    .summary = "a limit of the server against slow or large requests is switched off",
    .why =
        "headersTimeout and requestTimeout end connections of clients that never finish their request (Slowloris); "
        "with "
        "0 a few hundred sockets that say nothing keep everybody else out. A body parser holds the whole body in "
        "memory, once per request that is under way.",
    .fix = "Leave the defaults (60 s and 300 s, 100 kB); for large uploads take the stream.",
    .severity = Severity::kWarn,
    .confidence = Confidence::kHigh,
    .cwe = 770,
    .check = Check,
};

}  // namespace looplint
