#include "lsp/render.h"

#include <algorithm>
#include <cctype>

#include "analyzer/base/strings.h"

namespace looplint::lsp {
namespace {

int SeverityNumber(Severity severity) {
  return severity == Severity::kError ? 1 : severity == Severity::kWarn ? 2 : 3;
}

std::string Capital(std::string text) {
  if (!text.empty()) text[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(text[0])));
  return text;
}

bool Overlaps(Span a, Span b) { return a.start <= b.end && b.start <= a.end; }

// `kind` is one of `only`, or below one: "source" asks for "source.fixAll" too.
bool Asked(const Json& only, std::string_view kind) {
  if (!only.is_array()) return true;
  return std::any_of(only.begin(), only.end(), [&](const Json& o) {
    if (!o.is_string()) return false;
    const std::string& prefix = o.get_ref<const std::string&>();
    return prefix.empty() || kind == prefix || (kind.starts_with(prefix) && kind[prefix.size()] == '.');
  });
}

Json EditsOf(const Subject& subject, FileId file, const std::vector<Edit>& edits) {
  Json out = Json::array();
  for (const Edit& edit : edits) out.push_back({{"range", subject.lines.Range(file, edit.at)}, {"newText", edit.text}});
  return out;
}

// A WorkspaceEdit of one file.
Json ChangeOf(const Subject& subject, FileId file, Json edits) {
  const std::string& path = subject.snapshot.program.project[file].path;
  const std::string uri = subject.uri(path);
  const Json version = file == subject.file ? subject.version : subject.version_of ? subject.version_of(path) : Json();
  if (!subject.client.document_changes) return {{"changes", {{uri, std::move(edits)}}}};
  return {{"documentChanges",
           {{{"textDocument", {{"uri", uri}, {"version", version}}},
             {"edits", std::move(edits)}}}}};
}

// A comment on the line above `at`, or nothing where a comment would be text: in a template or in JSX.
Json Suppression(const Subject& subject, const Rule& rule, const Place& at) {
  const File& file = subject.snapshot.program.project[at.file];
  const LineIndex& lines = subject.lines.Of(at.file);
  const uint32_t line = lines.At(at.span.start, ColumnUnit::kUtf8).line;
  const Span whole = lines.Line(line);
  for (const Node& node : file.model.syntax.nodes) {
    if (node.start >= whole.start) break;
    if (node.end <= whole.start) continue;
    if (node.kind == Kind::kTemplateLiteral || node.kind == Kind::kJSXElement || node.kind == Kind::kStringLiteral) return {};
  }
  const std::string_view text = std::string_view(file.text).substr(whole.start, whole.end - whole.start);
  const std::string indent(text.substr(0, std::min(text.find_first_not_of(" \t"), text.size())));
  const std::string_view rest = std::string_view(file.text).substr(whole.end);
  const std::string newline = rest.starts_with("\r\n") ? "\r\n" : "\n";
  const Json range = subject.lines.Range(at.file, {whole.start, whole.start});
  const std::string comment = Cat(indent, "// looplint-disable-next-line ", rule.id, " -- ");
  // With snippets the cursor waits for the reason; without, the finding suppression/without-reason asks for it.
  if (subject.client.snippets && subject.client.document_changes) {
    return {{"range", range}, {"snippet", {{"kind", "snippet"}, {"value", Cat(comment, "${1:why this is acceptable}", newline)}}}};
  }
  return {{"range", range}, {"newText", Cat(comment, newline)}};
}

}  // namespace

std::string PageOf(const Rule& rule) { return Cat(LOOPLINT_RULE_PAGES, "/", rule.id, ".md"); }

std::string MarkdownOf(const Rule& rule) {
  std::string out = Cat("# ", rule.id, "\n\n", Capital(std::string(rule.summary)), ".\n\n| severity | default |", rule.cwe > 0 ? " CWE |" : "",
                        "\n|---|---|", rule.cwe > 0 ? "---|" : "", "\n| ", SeverityName(rule.severity), " | ",
                        rule.on_by_default ? "on" : "off", " |");
  if (rule.cwe > 0) out += Cat(" CWE-", rule.cwe, " |");
  out += Cat("\n\n## Why\n\n", rule.why, "\n\n## What to do\n\n", rule.fix, "\n\n[All of it, with examples](", PageOf(rule), ")\n");
  return out;
}

Json DiagnosticOf(const Subject& subject, const Finding& f) {
  const Client& client = subject.client;
  const std::string_view help = f.help.empty() ? f.rule->fix : std::string_view(f.help);
  std::string message = f.message;
  if (!help.empty()) message += Cat("\nhelp: ", help);
  Json d = {{"range", subject.lines.Range(f.at)},
            {"severity", SeverityNumber(f.severity)},
            {"code", std::string(f.rule->id)},
            {"source", "looplint"}};
  if (client.code_description) d["codeDescription"] = {{"href", PageOf(*f.rule)}};
  if (client.unnecessary && f.rule->id == "suppression/unused") d["tags"] = {1};
  if (client.data) {
    Json fixes = Json::array();
    for (const Fix& fix : f.fixes) fixes.push_back({{"title", fix.description}, {"safe", fix.safe}});
    d["data"] = {{"rule", std::string(f.rule->id)}, {"scope", f.scope}, {"fixes", std::move(fixes)}};
  }
  if (!f.via.empty() && client.related) {
    Json steps = Json::array();
    size_t n = 0;
    for (const Step& step : f.via) {
      const std::string& path = subject.snapshot.program.project[step.at.file].path;
      // The title once; numbers keep the order where a client sorts by place.
      steps.push_back({{"location", {{"uri", subject.uri(path)}, {"range", subject.lines.Range(step.at)}}},
                       {"message", Cat(n == 0 ? Cat(f.via_title, ": ") : "", n + 1, ". ", step.note)}});
      ++n;
    }
    d["relatedInformation"] = std::move(steps);
  } else if (!f.via.empty()) {
    message += Cat("\n", f.via_title, ":");
    size_t n = 0;
    for (const Step& step : f.via) {
      const LineColumn at = subject.lines.Of(step.at.file).At(step.at.span.start, client.unit);
      message += Cat("\n  ", ++n, ". ", subject.snapshot.program.project[step.at.file].path, ":", at.line, ":", at.column, " ", step.note);
    }
  }
  d["message"] = std::move(message);
  return d;
}

Json DiagnosticsOf(const Subject& subject) {
  Json out = Json::array();
  for (const Finding& f : subject.snapshot.In(subject.file)) out.push_back(DiagnosticOf(subject, f));
  return out;
}

Json CodeActions(const Subject& subject, Span range, const Json& context) {
  const Client& client = subject.client;
  const Json& only = At(context, "only");
  Json actions = Json::array();
  const auto add = [&](std::string title, const char* kind, Json edit, const Json& diagnostics, bool preferred) {
    Json action = {{"title", std::move(title)}, {"kind", kind}, {"edit", std::move(edit)}};
    if (!diagnostics.empty()) action["diagnostics"] = diagnostics;
    if (preferred && client.preferred) action["isPreferred"] = true;
    actions.push_back(std::move(action));
  };
  const auto findings = subject.snapshot.In(subject.file);
  if (Asked(only, "quickfix")) {
    for (const Finding& f : findings) {
      if (!Overlaps(f.at.span, range)) continue;
      const Json diagnostics = {DiagnosticOf(subject, f)};
      for (const Fix& fix : f.fixes) {
        add(Cat(Capital(fix.description), fix.safe ? "" : " (changes behaviour: check it)"), "quickfix",
            ChangeOf(subject, f.at.file, EditsOf(subject, f.at.file, fix.edits)), diagnostics, fix.safe);
      }
    }
    for (const Finding& f : findings) {
      if (!Overlaps(f.at.span, range) || f.rule->family() == "suppression" || f.rule->id == "syntax/error") continue;
      const Json diagnostics = {DiagnosticOf(subject, f)};
      const auto suppress = [&](const std::string& where, const Place& at) {
        Json edit = Suppression(subject, *f.rule, at);
        if (!edit.is_null()) add(Cat("Accept ", f.rule->id, " ", where, ", with a reason"), "quickfix",
                                 ChangeOf(subject, at.file, Json::array({std::move(edit)})), diagnostics, false);
      };
      suppress("on this line", f.at);
      // Of a way here, the last call and the entry: a comment there accepts the ways through it, and no others.
      const auto line_of = [&](const Place& p) { return std::make_pair(p.file, subject.lines.Of(p.file).At(p.span.start, client.unit).line); };
      const auto name = [&](const Place& p) { return Cat(subject.snapshot.program.project[p.file].path, ":", line_of(p).second); };
      if (!f.via.empty() && line_of(f.via.front().at) != line_of(f.at)) {
        suppress(Cat("for the whole way from ", name(f.via.front().at)), f.via.front().at);
      }
      if (f.via.size() > 1 && line_of(f.via.back().at) != line_of(f.at) && line_of(f.via.back().at) != line_of(f.via.front().at)) {
        suppress(Cat("for the call at ", name(f.via.back().at)), f.via.back().at);
      }
    }
  }
  // Asked for by name (on save), or shown among the source actions; not on every light bulb.
  const Json& trigger = At(context, "triggerKind");
  if ((only.is_array() || trigger == 1) && Asked(only, "source.fixAll.looplint")) {
    std::vector<Edit> edits;
    for (const Finding& f : findings) {
      for (const Fix& fix : f.fixes) {
        if (!fix.safe) continue;
        const bool clash = std::ranges::any_of(fix.edits, [&](const Edit& e) {
          return std::ranges::any_of(edits, [&](const Edit& o) { return Overlaps(e.at, o.at); });
        });
        if (!clash) edits.insert(edits.end(), fix.edits.begin(), fix.edits.end());
        break;  // one fix of a finding
      }
    }
    if (!edits.empty()) {
      std::ranges::sort(edits, {}, [](const Edit& e) { return e.at.start; });
      add("Apply all safe fixes of looplint", "source.fixAll.looplint", ChangeOf(subject, subject.file, EditsOf(subject, subject.file, edits)),
          Json::array(), false);
    }
  }
  return actions;
}

}  // namespace looplint::lsp
