// Text of a request becomes part of an SQL statement.
#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "analyzer/base/strings.h"
#include "rules/flow.h"

namespace looplint {
namespace {

// How a driver writes the place of a value, given beside the statement in an array.
char PlaceholderOf(std::string_view api) {
  if (api.starts_with("pg.")) return '$';
  for (const std::string_view driver : {"mysql2.", "mysql.", "sqljs."}) {
    if (api.starts_with(driver) && !api.ends_with("#prepare")) return '?';
  }
  return 0;
}

// Constant text and expressions, in turn.
struct Piece {
  std::string text;
  NodeId expression{kNone<NodeId>};
};

bool Collect(const View& file, NodeId node, std::vector<Piece>& out) {
  const Syntax& s = file.syntax;
  const Kind kind = s.KindOf(node);
  if (kind == Kind::kTemplateElement || kind == Kind::kStringLiteral) {
    std::string text;
    if (kind == Kind::kTemplateElement) {
      text = file.Text(node);
      if (text.find('\\') != std::string::npos) return false;
    } else {
      const std::optional<std::string> value = file.ConstantString(file.model.ValueOf(node));
      if (!value) return false;
      text = *value;
    }
    if (out.empty() || Some(out.back().expression)) out.emplace_back();
    out.back().text += text;
    return true;
  }
  if (kind == Kind::kTemplateLiteral || (kind == Kind::kBinaryExpression && s[node].op == Op::kAdd)) {
    for (const NodeId c : s.ChildrenOf(node)) {
      if (!Collect(file, c, out)) return false;
    }
    return true;
  }
  if (kind != Kind::kIdentifier && kind != Kind::kMemberExpression && kind != Kind::kCallExpression) return false;
  out.push_back({"", node});
  return true;
}

// Whether a value may stand behind this much of a statement: not the name of a table or a column.
bool ExpectsValue(std::string_view before) {
  std::string upper;
  for (const char c : before)
    upper += static_cast<char>(c >= 'a' && c <= 'z' ? c - 32 : c == '\n' || c == '\t' ? ' ' : c);
  while (upper.ends_with(' ')) upper.pop_back();
  if (upper.empty()) return false;
  if (std::string_view("=<>").find(upper.back()) != std::string_view::npos || upper.ends_with(" LIKE")) return true;
  if (upper.back() != ',' && upper.back() != '(') return false;
  const size_t values = upper.rfind("VALUES");
  return values != std::string::npos && upper.find('(', values) != std::string::npos;
}

// query(`... WHERE name = '${name}'`) as query(`... WHERE name = ?`, [name]).
std::optional<Fix> WithPlaceholders(const View& file, const TaintFlow& flow) {
  if (flow.api == nullptr || !Some(flow.call)) return std::nullopt;
  const char sign = PlaceholderOf(flow.api->name);
  const Call& call = file.model.calls[flow.call];
  if (sign == 0 || call.arg_count == 0 || file.model.args[call.first_arg].node != flow.node) return std::nullopt;
  // A callback may stand behind it; anything else may be values already.
  if (call.arg_count > 2) return std::nullopt;
  if (call.arg_count == 2) {
    const Kind second = file.syntax.KindOf(file.model.args[call.first_arg + 1].node);
    if (second != Kind::kArrowFunctionExpression && second != Kind::kFunctionExpression) return std::nullopt;
  }
  std::vector<Piece> pieces;
  if (!Collect(file, flow.node, pieces)) return std::nullopt;
  std::string sql, values;
  size_t count = 0;
  for (size_t i = 0; i < pieces.size(); ++i) {
    if (!Some(pieces[i].expression)) {
      if (pieces[i].text.find_first_of("`?$") != std::string::npos) return std::nullopt;
      sql += pieces[i].text;
      continue;
    }
    const std::string_view expression = file.Text(pieces[i].expression);
    std::string value(expression);
    if (std::ranges::count(sql, '\'') % 2 == 1) {
      // '${name}', or '%${name}%', which becomes the value as a whole.
      const size_t open = sql.rfind('\'');
      const std::string before = sql.substr(open + 1);
      if (i + 1 >= pieces.size() || before.find_first_of("?$") != std::string::npos) return std::nullopt;
      std::string& next = pieces[i + 1].text;
      const size_t close = next.find('\'');
      if (close == std::string::npos || next.substr(close + 1).starts_with('\'')) return std::nullopt;
      const std::string after = next.substr(0, close);
      if (!before.empty() || !after.empty()) value = Cat("`", before, "${", expression, "}", after, "`");
      sql.resize(open);
      next.erase(0, close + 1);
    } else if (!ExpectsValue(sql)) {
      return std::nullopt;
    }
    ++count;
    sql += sign == '?' ? std::string("?") : Cat("$", count);
    if (count > 1) values += ", ";
    values += value;
  }
  if (count == 0 || std::ranges::count(sql, '\'') % 2 == 1) return std::nullopt;
  const char quote = sql.find('\n') != std::string::npos ? '`' : sql.find('\'') == std::string::npos ? '\'' : '"';
  if (sql.find('\\') != std::string::npos || sql.find(quote) != std::string::npos) return std::nullopt;
  const std::string_view mark(&quote, 1);
  return Fix{.description = "placeholders, with the values beside the statement",
             .edits = {{file.SpanOf(flow.node), Cat(mark, sql, mark, ", [", values, "]")}},
             .safe = false};
}

void Check(const View& file, Report& report) {
  NodeId last = kNone<NodeId>;
  for (const TaintFlow& flow : file.facts.taint.In(file.id)) {
    if (flow.kind != "sql" || flow.trust != Trust::kRemote || flow.node == last) continue;
    last = flow.node;
    ReportFlow(flow, "becomes part of an SQL statement", "", report, WithPlaceholders(file, flow));
  }
}

}  // namespace

RULE = {
    .summary = "text of a request becomes part of an SQL statement",
    .why =
        "A quote in the text ends the value that was meant, and what follows is SQL: other rows are read, passwords "
        "skipped, tables "
        "dropped. Names of columns and ORDER BY are no safer than values.",
    .fix =
        "Write placeholders and pass the values beside the statement: query('... WHERE name = ?', [name]). Take names "
        "of columns from "
        "a list.",
    .severity = Severity::kError,
    .confidence = Confidence::kHigh,
    .cwe = 89,
    .check = Check,
};

}  // namespace looplint
