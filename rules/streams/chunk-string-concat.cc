// Chunks of bytes are decoded one by one, and characters lie across their borders.
#include <algorithm>

#include "analyzer/base/strings.h"
#include "analyzer/facts/object_use.h"
#include "rules/fixes.h"
#include "rules/rule.h"

namespace looplint {
namespace {

bool ByteStream(const View& file, std::string_view type) {
  for (const Type* t = file.knowledge.FindType(type); t != nullptr;
       t = t->extends.empty() ? nullptr : file.knowledge.FindType(t->extends)) {
    if (t->byte_stream) return true;
  }
  return false;
}

// Encodings in which every byte is a character of its own; base64 is not among them: its groups span three bytes.
bool ByteWise(std::string_view encoding) {
  return encoding == "hex" || encoding == "latin1" || encoding == "binary" || encoding == "ascii";
}

// How `node` turns the bytes of `chunk` into text: "" not at all, else the encoding.
std::string DecodedBy(const View& file, NodeId node, BindingId chunk) {
  const FileModel& m = file.model;
  if (m.BindingAt(node) == chunk) return "utf8";  // by + or a template
  const CallId id = m.CallAt(node);
  if (!Some(id)) return {};
  const Call& call = m.calls[id];
  const auto encoding_of = [&](uint32_t i) -> std::string {
    const Argument* a = m.Arg(call, i);
    if (a == nullptr) return "utf8";
    return file.ConstantString(a->value).value_or("");
  };
  if (file.Method(call) == "toString") {
    const ValueId r = file.Receiver(call);
    if (!Some(r) || m[r].kind != ValueKind::kBinding || static_cast<BindingId>(m[r].a) != chunk) return {};
    return encoding_of(0);
  }
  // String(chunk)
  const Api* api = file.ApiOf(id);
  if (api != nullptr && api->name == "global.String" && call.arg_count == 1) {
    const Value& a = m[m.args[call.first_arg].value];
    if (a.kind == ValueKind::kBinding && static_cast<BindingId>(a.a) == chunk) return "utf8";
  }
  return {};
}

// Was the stream `v` given an encoding where it was made: fs.createReadStream(path, 'utf8'), { encoding }? Or may it have
// been: by options that cannot be seen, in a function that is not one expression.
bool MadeDecoded(const View& file, ValueId v, int depth) {
  const FileModel& m = file.model;
  for (int i = 0; i < 8 && Some(v) && m[v].kind == ValueKind::kBinding; ++i) {
    v = m.bindings[static_cast<BindingId>(m[v].a)].value;
  }
  if (!Some(v) || m[v].kind != ValueKind::kCall) return false;
  CallId id = static_cast<CallId>(m[v].a);
  // stream.on('x', ...).on('data', ...): back to what made it.
  for (int i = 0; i < 16; ++i) {
    const Api* api = file.ApiOf(id);
    if (api == nullptr || api->returns != "this") break;
    if (file.Method(m.calls[id]) == "setEncoding") return true;
    const ValueId r = file.Receiver(m.calls[id]);
    if (!Some(r) || m[r].kind != ValueKind::kCall) break;
    id = static_cast<CallId>(m[r].a);
  }
  if (const FunctionRef f = file.TargetOf(id); Some(f.function)) {
    const ValueId made = file.project.ReturnOf(f);
    return depth > 3 || !Some(made) || MadeDecoded(View(file.project, file.facts, f.file), made, depth + 1);
  }
  const Call& made = m.calls[id];
  for (uint32_t i = 0; i < made.arg_count; ++i) {
    const Argument& a = m.args[made.first_arg + i];
    const Value& x = m[a.value];
    if (i > 0 && x.kind == ValueKind::kString) return true;
    const Denoted d = file.Denote(a.value);
    if (d.Is(Denoted::Kind::kObject) && d.file == file.id) {
      if (m.objects[static_cast<ObjectId>(d.id)].has_spread || file.OptionOf(a, "encoding")) return true;
    } else if (i > 0 && x.kind != ValueKind::kString && x.kind != ValueKind::kArray && x.kind != ValueKind::kFunction) {
      return true;  // options that cannot be seen
    }
  }
  return false;
}

// Does the stream have an encoding set, or may it? Looks at every place of the file that names the same object.
bool MayBeDecoded(const View& file, NodeId stream) {
  const std::string_view text = file.Text(stream);
  for (const Call& c : file.model.calls) {
    if (file.Method(c) != "setEncoding") continue;
    const NodeId object = file.syntax.FirstChild(file.CalleeNode(c));
    if (!Some(object)) continue;
    if (file.Text(object) == text) return true;
    if (file.TypeOf(file.Receiver(c)).empty()) return true;  // of what, cannot be told
  }
  return MadeDecoded(file, file.model.ValueOf(stream), 0);
}

// The accumulating expressions in `root` (not in functions inside): text += chunk, text = text + chunk,
// parts.push(chunk.toString()).
void Accumulations(const View& file, NodeId root, BindingId chunk, const std::optional<Fix>& fix, Report& report) {
  const Syntax& s = file.syntax;
  const FileModel& m = file.model;
  const auto tell = [&](NodeId at, const std::string& encoding) {
    if (encoding.empty() || ByteWise(encoding)) return;
    if (encoding == "base64" || encoding == "base64url") {
      report.At(at, Cat("chunks are encoded as ", encoding, " one by one; joined, the pieces are not the encoded whole"))
          .Help("collect the chunks and encode Buffer.concat(chunks) once");
      return;
    }
    auto finding = report.At(at, "chunks of bytes become text one by one; a character split between two chunks is destroyed");
    if (fix && (encoding == "utf8" || encoding == "utf-8")) finding.FixWith(*fix);
  };
  for (uint32_t i = Index(root) + 1; i < s[root].next; ++i) {
    const NodeId n = static_cast<NodeId>(i);
    const Kind k = s.KindOf(n);
    if (IsFunction(k)) {
      i = s.nodes[i].next - 1;
      continue;
    }
    if (k == Kind::kAssignmentExpression) {
      const NodeId right = s.Child(n, Role::kRight), left = s.Child(n, Role::kLeft);
      if (!Some(right) || !Some(left)) continue;
      if (s[n].op == Op::kAddAssign) {
        if (s.KindOf(right) == Kind::kTemplateLiteral) {
          for (const NodeId part : s.ChildrenOf(right)) {
            if (const std::string e = DecodedBy(file, part, chunk); !e.empty()) {
              tell(n, e);
              break;
            }
          }
        } else {
          tell(n, DecodedBy(file, right, chunk));
        }
      } else if (s[n].op == Op::kAssign && s.KindOf(right) == Kind::kBinaryExpression && s[right].op == Op::kAdd) {
        const NodeId a = s.Child(right, Role::kLeft), b = s.Child(right, Role::kRight);
        if (Some(a) && Some(b) && file.Text(a) == file.Text(left)) tell(n, DecodedBy(file, b, chunk));
      }
      continue;
    }
    const CallId id = m.CallAt(n);
    if (Some(id) && file.Method(m.calls[id]) == "push" && m.calls[id].arg_count == 1) {
      const Argument& a = m.args[m.calls[id].first_arg];
      if (m.BindingAt(a.node) == chunk) continue;  // bytes, joined later
      const std::string e = DecodedBy(file, a.node, chunk);
      if (!e.empty()) tell(n, e);
    }
  }
}

BindingId Identifier(const View& file, NodeId pattern) {
  if (!Some(pattern)) return kNone<BindingId>;
  if (file.syntax.KindOf(pattern) == Kind::kIdentifier) return file.model.BindingAt(pattern);
  for (const NodeId c : file.syntax.ChildrenOf(pattern)) {
    if (file.syntax.KindOf(c) == Kind::kIdentifier) return file.model.BindingAt(c);
  }
  return kNone<BindingId>;
}

void Check(const View& file, Report& report) {
  if (file.file.role != FileRole::kSource) return;
  const Syntax& s = file.syntax;
  const FileModel& m = file.model;
  FunctionRef last;
  for (const Entry& e : file.facts.calls.EntriesIn(file.id)) {
    if (e.event != "data" || e.by.file != file.id || e.function == last) continue;
    const Call& on = m.calls[e.by.call];
    const ValueId source = file.Receiver(on);
    if (!Some(source) || !ByteStream(file, file.TypeOf(source))) continue;
    const Function& f = m.functions[e.function.function];
    if (f.param_count == 0) continue;
    const BindingId chunk = Identifier(file, m.params[f.first_param].node);
    if (!Some(chunk) || m.bindings[chunk].writes != 0) continue;
    const NodeId stream = s.FirstChild(file.CalleeNode(on));
    if (!Some(stream) || MayBeDecoded(file, stream)) continue;
    last = e.function;
    // stream.on('data', ...) as a statement: the stream can be told before. Other listeners get text then, too.
    std::optional<Fix> fix;
    const NodeId statement = StatementOf(file, on.node);
    if (Some(statement) && s.KindOf(stream) == Kind::kIdentifier) {
      const uint32_t start = s[statement].start;
      fix = Fix{.description = Cat(file.Text(stream), ".setEncoding('utf8') first"),
                .edits = {{{start, start}, Cat(file.Text(stream), ".setEncoding('utf8');\n", IndentationAt(file, start))}},
                .safe = false};
    }
    Accumulations(file, f.node, chunk, fix, report);
  }
  for (const Flow& flow : m.flow) {
    if (flow.kind != FlowKind::kForAwait) continue;
    if (!ByteStream(file, file.TypeOf(flow.value))) continue;
    const NodeId right = s.Child(flow.node, Role::kRight), left = s.Child(flow.node, Role::kLeft);
    const BindingId chunk = Identifier(file, left);
    if (!Some(right) || !Some(chunk) || MayBeDecoded(file, right)) continue;
    const NodeId body = s.Child(flow.node, Role::kBody);
    if (Some(body)) Accumulations(file, body, chunk, std::nullopt, report);
  }
}

}  // namespace

RULE = {
    .summary = "chunks of a byte stream are turned into text one by one",
    .why = "A chunk ends wherever the network or the disk cut it, also in the middle of a character. `text += chunk` and "
           "chunk.toString() decode each chunk alone, so both halves of a split character become U+FFFD: names, prices "
           "and JSON arrive damaged, now and then and only for large or slow input.",
    .fix = "Call setEncoding('utf8') on the stream first, or collect the chunks and decode Buffer.concat(chunks) once. "
           "text() and json() from node:stream/consumers do it for you.",
    .severity = Severity::kError,
    .confidence = Confidence::kVeryHigh,
    .cwe = 176,
    .check = Check,
};

}  // namespace looplint
