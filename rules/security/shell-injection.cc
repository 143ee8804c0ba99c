// Text that others choose becomes part of a command for a shell.
#include <algorithm>

#include "analyzer/base/strings.h"
#include "rules/flow.h"

namespace looplint {
namespace {

// All of an argument list that is written out is constant.
bool ConstantArray(const View& file, const Argument& a) {
  ValueId v = a.value;
  for (int i = 0; i < 8 && Some(v) && file.model[v].kind == ValueKind::kBinding; ++i) {
    v = file.model.bindings[static_cast<BindingId>(file.model[v].a)].value;
  }
  if (!Some(v) || file.model[v].kind != ValueKind::kArray) return false;
  for (const NodeId c : file.syntax.ChildrenOf(static_cast<NodeId>(file.model[v].a))) {
    const ValueId element = file.model.ValueOf(c);
    if (!Some(element) || (!file.ConstantString(element) && !file.ConstantNumber(c))) return false;
  }
  return true;
}

// The arguments go through something that is named for quoting them: args.map(quote).
bool Quoted(const View& file, const Argument& a) {
  std::string text(file.Text(a.node));
  for (char& c : text) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
  return text.find("quot") != std::string::npos || text.find("escape") != std::string::npos;
}

// A sink that joins program and arguments because of { shell: true }.
bool JoinsArguments(const View& file, const Call& call, const Api& api) {
  for (const Sink& sink : api.sinks) {
    if (sink.kind != "shell" || sink.first_arg < 0 || sink.when_option.empty()) continue;
    for (uint32_t i = 0; i < call.arg_count; ++i) {
      const auto option = file.OptionOf(file.model.args[call.first_arg + i], sink.when_option);
      // Only what is surely on: { shell: isWindows } is a matter of where it runs.
      if (option && file.Truthiness(*option).value_or(false)) return true;
    }
  }
  return false;
}

// A command taken apart at its blanks: constant text, and expressions between.
struct Piece {
  std::string text;
  NodeId expression{kNoneIndex};
};
using Word = std::vector<Piece>;

// False when the text is more than words: pipes, variables, redirections.
bool AddText(std::string_view text, char* quote, bool* open, std::vector<Word>* words) {
  for (const char c : text) {
    if (c == '\'' || c == '"') {
      if (*quote == 0) {
        *quote = c;
        if (!*open) words->emplace_back();
        *open = true;
        continue;
      }
      if (*quote == c) {
        *quote = 0;
        continue;
      }
    }
    if (*quote == 0 && (c == ' ' || c == '\t')) {
      *open = false;
      continue;
    }
    if (std::string_view("|&;<>()$`*?[]{}#~!\\\n").find(c) != std::string_view::npos) return false;
    if (!*open) words->emplace_back();
    *open = true;
    Word& word = words->back();
    if (word.empty() || Some(word.back().expression)) word.emplace_back();
    word.back().text += c;
  }
  return true;
}

bool Collect(const View& file, NodeId node, char* quote, bool* open, std::vector<Word>* words) {
  const Syntax& s = file.syntax;
  const Kind kind = s.KindOf(node);
  if (kind == Kind::kTemplateElement) return AddText(file.Text(node), quote, open, words);
  if (kind == Kind::kStringLiteral) {
    const std::optional<std::string> text = file.ConstantString(file.model.ValueOf(node));
    return text && AddText(*text, quote, open, words);
  }
  if (kind == Kind::kTemplateLiteral || (kind == Kind::kBinaryExpression && s[node].op == Op::kAdd)) {
    for (const NodeId c : s.ChildrenOf(node)) {
      if (!Collect(file, c, quote, open, words)) return false;
    }
    return true;
  }
  if (file.Text(node).find('\n') != std::string_view::npos) return false;
  if (!*open) words->emplace_back();
  *open = true;
  words->back().push_back({"", node});
  return true;
}

// The same call without a shell: exec(`git clone ${url}`, done) as execFile('git', ['clone', url], done).
struct Rewrite {
  std::string function, arguments;
  std::vector<Edit> edits;  // empty when the name of the function is not at hand
};
std::optional<Rewrite> WithoutShell(const View& file, const TaintFlow& flow) {
  if (flow.api == nullptr) return std::nullopt;
  Rewrite out;
  if (flow.api->name == "child_process.exec") out.function = "execFile";
  if (flow.api->name == "child_process.execSync") out.function = "execFileSync";
  const Call& call = file.model.calls[flow.call];
  if (out.function.empty() || call.arg_count == 0 || file.model.args[call.first_arg].node != flow.node)
    return std::nullopt;
  const Kind kind = file.syntax.KindOf(flow.node);
  if (kind != Kind::kTemplateLiteral && kind != Kind::kBinaryExpression) return std::nullopt;
  std::vector<Word> words;
  char quote = 0;
  bool open = false;
  if (!Collect(file, flow.node, &quote, &open, &words) || quote != 0 || words.size() < 2) return std::nullopt;
  if (words[0].size() != 1 || Some(words[0][0].expression) || words[0][0].text.find('=') != std::string::npos)
    return std::nullopt;
  out.arguments = Cat("'", words[0][0].text, "', [");
  for (size_t i = 1; i < words.size(); ++i) {
    if (i > 1) out.arguments += ", ";
    const Word& word = words[i];
    if (word.empty()) {
      out.arguments += "''";
    } else if (word.size() == 1) {
      out.arguments +=
          Some(word[0].expression) ? std::string(file.Text(word[0].expression)) : Cat("'", word[0].text, "'");
    } else {
      out.arguments += "`";
      for (const Piece& piece : word)
        out.arguments += Some(piece.expression) ? Cat("${", file.Text(piece.expression), "}") : piece.text;
      out.arguments += "`";
    }
  }
  out.arguments += "]";
  const Syntax& s = file.syntax;
  const NodeId callee = s.FirstChild(call.node);
  const Span argument = file.SpanOf(flow.node);
  if (s.KindOf(callee) == Kind::kMemberExpression && !(s[callee].flags & kComputed)) {
    const NodeId property = s.Child(callee, Role::kProperty);
    if (file.Text(property) != out.function.substr(0, 4) && file.Text(property) != "execSync") return out;
    out.edits = {{file.SpanOf(property), out.function}, {argument, out.arguments}};
    return out;
  }
  if (s.KindOf(callee) != Kind::kIdentifier || file.Text(callee) != (out.function == "execFile" ? "exec" : "execSync"))
    return out;
  const BindingId b = file.model.BindingAt(callee);
  if (!Some(b)) return out;
  const NodeId declared = file.model.bindings[b].node;
  const Kind holder = s.KindOf(s.Parent(declared));
  bool there = false;  // execFile is imported already
  for (const Binding& other : file.model.bindings)
    there |= file.Name(other.name) == out.function && other.scope == file.model.bindings[b].scope;
  const bool listed = s.KindOf(declared) == Kind::kShorthandProperty || holder == Kind::kObjectPattern ||
                      holder == Kind::kImportSpecifier;
  if (!there && !listed) return out;
  if (!there)
    out.edits.push_back({{file.SpanOf(declared).start, file.SpanOf(declared).start}, Cat(out.function, ", ")});
  out.edits.push_back({file.SpanOf(callee), out.function});
  out.edits.push_back({argument, out.arguments});
  return out;
}

// words.join(' '), where the whole list of words is a parameter.
bool JoinsParameter(const View& file, NodeId node) {
  const FileModel& m = file.model;
  ValueId v = m.ValueOf(node);
  for (int i = 0; i < 4 && Some(v) && m[v].kind == ValueKind::kBinding; ++i)
    v = m.bindings[static_cast<BindingId>(m[v].a)].value;
  if (!Some(v) || m[v].kind != ValueKind::kCall) return false;
  const Call& call = m.calls[static_cast<CallId>(m[v].a)];
  const NodeId callee = file.syntax.FirstChild(call.node);
  if (file.syntax.KindOf(callee) != Kind::kMemberExpression || file.Method(call) != "join") return false;
  const BindingId list = m.BindingAt(file.syntax.FirstChild(callee));
  return Some(list) && m.bindings[list].kind == BindingKind::kParam;
}

void Check(const View& file, Report& report) {
  const FileModel& m = file.model;
  std::vector<CallId> told;
  for (const TaintFlow& flow : file.facts.taint.In(file.id)) {
    if (flow.kind != "shell" || std::find(told.begin(), told.end(), flow.call) != told.end()) continue;
    // A library's caller passes file names and the like; a function that takes a whole command says so.
    if (flow.trust == Trust::kLibrary && (!flow.embedded || JoinsParameter(file, flow.node))) continue;
    told.push_back(flow.call);
    const std::optional<Rewrite> rewrite = WithoutShell(file, flow);
    std::string help;
    if (rewrite) {
      help = Cat(rewrite->function, "(", rewrite->arguments,
                 ", ...): no shell reads it; put '--' before what others choose where the program knows it");
    }
    std::optional<Report::Draft> draft = ReportFlow(flow, "becomes part of a shell command", std::move(help), report);
    if (draft && rewrite && !rewrite->edits.empty()) {
      draft->FixWith({.description = Cat(rewrite->function, "() with a list of arguments"),
                      .edits = rewrite->edits,
                      .safe = false});
    }
  }
  if (file.file.role != FileRole::kSource) return;
  for (const CallId id : file.KnownCalls()) {
    const Call& call = m.calls[id];
    const Api* api = file.ApiOf(id);
    if (api->sinks.empty() || call.arg_count < 2 || !JoinsArguments(file, call, *api)) continue;
    if (std::find(told.begin(), told.end(), id) != told.end()) continue;
    const Argument& args = m.args[call.first_arg + 1];
    const Denoted d = file.Denote(args.value);
    const bool is_array = m[args.value].kind == ValueKind::kArray || d.type == "Array" ||
                          (call.arg_count >= 3 && !d.Is(Denoted::Kind::kObject));
    if (!is_array || ConstantArray(file, args) || Quoted(file, args)) continue;
    report.At(args.node, "with shell: true the arguments are joined with spaces, not quoted; the shell interprets them")
        .Help("leave out shell: true; on Windows name the .cmd file's program instead, or quote each argument")
        .As(Severity::kWarn);
  }
}

}  // namespace

RULE = {
    .summary = "a shell command is built from values others choose",
    .why =
        "A shell gives meaning to spaces, quotes, `;`, `$()` and more. Whoever chooses a part of the command can "
        "append "
        "commands of his own, which run with the rights of the process. With { shell: true } even an array of "
        "arguments is only joined with spaces (deprecated as DEP0190 from Node 24).",
    .fix =
        "Call execFile() or spawn() without a shell and pass arguments as an array, after '--' where the program knows "
        "it. If a shell must be, accept only values from a list.",
    .severity = Severity::kError,
    .confidence = Confidence::kHigh,
    .cwe = 78,
    .eslint = "security/detect-child-process",
    .check = Check,
};

}  // namespace looplint
