#include "analyzer/engine/suppress.h"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <tuple>

#include "analyzer/base/line_index.h"
#include "analyzer/base/strings.h"
#include "analyzer/facts/ways.h"

namespace looplint {
namespace {

constexpr Rule kNoRule = {
    .summary = "a suppression comment that suppresses nothing",
    .why = "Without the id of a rule a comment would hide every finding of today and of every later version, so it "
           "hides none.",
    .fix = "Name the rules: // looplint-disable-next-line family/rule -- reason.",
    .severity = Severity::kWarn,
    .id = "suppression/no-rule",
};
constexpr Rule kUnknownRule = {
    .summary = "a suppression comment names a rule that does not exist",
    .why = "What was meant to be accepted is still reported, or the rule is gone and so should be the comment.",
    .fix = "Correct the id; `looplint rules` lists them.",
    .severity = Severity::kError,
    .id = "suppression/unknown-rule",
};
constexpr Rule kUnused = {
    .summary = "a suppression comment without a finding to suppress",
    .why = "The defect is gone, but the comment would silence the next one on this line.",
    .fix = "Remove the comment.",
    .severity = Severity::kWarn,
    .id = "suppression/unused",
};
constexpr Rule kWithoutReason = {
    .summary = "a suppression comment does not say why",
    .why = "The next reader cannot tell a decision from a shortcut.",
    .fix = "Add a reason after two hyphens: // looplint-disable-line family/rule -- reason.",
    .severity = Severity::kError,
    .id = "suppression/without-reason",
};
constexpr const Rule* kRules[] = {&kNoRule, &kUnknownRule, &kUnused, &kWithoutReason};

enum class Verb : uint8_t { kNextLine, kLine, kFile, kDisable, kEnable, kUnknown };
constexpr std::pair<std::string_view, Verb> kVerbs[] = {{"disable-next-line", Verb::kNextLine},
                                                        {"disable-line", Verb::kLine},
                                                        {"disable-file", Verb::kFile},
                                                        {"disable", Verb::kDisable},
                                                        {"enable", Verb::kEnable}};

struct Named {
  std::string_view id;  // a rule's, or "family/*"
  Span at;
  bool used = false;
  bool Covers(std::string_view rule) const {
    if (!id.ends_with("/*")) return id == rule;
    return rule.starts_with(id.substr(0, id.size() - 1));
  }
  bool Known() const {
    const auto covers = [&](const Rule* rule) { return Covers(rule->id); };
    return std::ranges::any_of(AllRules(), covers) || std::ranges::any_of(kRules, covers);
  }
};

struct Directive {
  Verb verb;
  Span comment;
  std::string_view word;    // as written
  std::string_view reason;
  std::vector<Named> rules;
  Span range;  // findings beginning here are covered
  bool eslint = false;
};

// The rules that an ESLint rule is an equivalent of.
std::vector<const Rule*> EquivalentsOf(std::string_view eslint) {
  std::vector<const Rule*> out;
  for (const Rule* rule : AllRules()) {
    std::string_view list = rule->eslint;
    while (!list.empty()) {
      const std::string_view one = list.substr(0, list.find(' '));
      if (one == eslint) out.push_back(rule);
      list.remove_prefix(std::min(one.size() + 1, list.size()));
    }
  }
  return out;
}

constexpr std::string_view kBlank = " \t\r\n\v\f";

std::string_view Trim(std::string_view text, std::string_view blank = kBlank) {
  text.remove_prefix(std::min(text.find_first_not_of(blank), text.size()));
  while (!text.empty() && blank.find(text.back()) != std::string_view::npos) text.remove_suffix(1);
  return text;
}

// What a comment says, without the asterisks of "/** ... **/". The one of "family/*" stays.
std::string_view TrimComment(std::string_view body) {
  body.remove_prefix(std::min(body.find_first_not_of('*'), body.size()));
  body = Trim(body);
  if (body.ends_with(" *")) body = Trim(body.substr(0, body.size() - 1));
  return body;
}

Span SpanIn(std::string_view whole, std::string_view part) {
  const auto start = static_cast<uint32_t>(part.data() - whole.data());
  return {start, start + static_cast<uint32_t>(part.size())};
}

// The directive of one comment, or nothing; `range` is left empty.
std::optional<Directive> Read(std::string_view text, Span comment, bool honor_eslint) {
  std::string_view body = text.substr(comment.start, comment.end - comment.start);
  if (body.starts_with("/*") && body.ends_with("*/") && body.size() >= 4) body.remove_suffix(2);
  const bool hash = body.starts_with('#') || body.starts_with(';');  // YAML, Dockerfiles, .npmrc
  if (!hash && !body.starts_with("//") && !body.starts_with("/*")) return std::nullopt;
  body = TrimComment(body.substr(hash ? 1 : 2));
  const bool eslint = honor_eslint && (body.starts_with("eslint-disable") || body.starts_with("eslint-enable"));
  const std::string_view prefix = eslint ? "eslint-" : "looplint-";
  if (!body.starts_with(prefix)) return std::nullopt;
  Directive d = {.verb = Verb::kUnknown, .comment = comment, .word = {}, .reason = {}, .rules = {}, .range = {}, .eslint = eslint};
  d.word = body.substr(0, std::min(body.find_first_of(kBlank), body.size()));
  for (const auto& [word, verb] : kVerbs) {
    if (d.word.substr(prefix.size()) == word) d.verb = verb;
  }
  std::string_view rest = body.substr(d.word.size());
  for (size_t at = rest.find("--"); at != std::string_view::npos; at = rest.find("--", at + 1)) {
    const size_t end = std::min(rest.find_first_not_of('-', at), rest.size());
    const bool open = at > 0 && kBlank.find(rest[at - 1]) != std::string_view::npos;
    const bool close = end == rest.size() || kBlank.find(rest[end]) != std::string_view::npos;
    if (!open || !close) continue;
    d.reason = Trim(rest.substr(end));
    rest = rest.substr(0, at);
    break;
  }
  while (!rest.empty()) {
    const size_t comma = std::min(rest.find(','), rest.size());
    const std::string_view id = Trim(rest.substr(0, comma));
    if (!id.empty() && !eslint) d.rules.push_back({.id = id, .at = SpanIn(text, id)});
    if (!id.empty() && eslint) {
      for (const Rule* rule : EquivalentsOf(id)) d.rules.push_back({.id = rule->id, .at = SpanIn(text, id)});
    }
    rest.remove_prefix(std::min(comma + 1, rest.size()));
  }
  // A comment for ESLint that names none of these says nothing to us; one that ends all ends its own kind.
  if (eslint && d.rules.empty() && d.verb != Verb::kEnable) return std::nullopt;
  return d;
}

// The directives of one file and what they cover.
std::vector<Directive> ReadAll(const File& file, bool honor_eslint) {
  std::vector<Directive> directives;
  const std::vector<Span>& comments = file.model.syntax.comments;
  std::optional<LineIndex> lines;  // most files have no directive
  for (size_t i = 0; i < comments.size(); ++i) {
    std::optional<Directive> d = Read(file.text, comments[i], honor_eslint);
    if (!d) continue;
    if (!lines) lines.emplace(file.text);
    const auto line_of = [&](uint32_t offset) { return lines->At(offset, ColumnUnit::kUtf8).line; };
    const auto whole_line = [&](uint32_t line) {
      return line > lines->lines() ? Span{} : Span{lines->Line(line).start, lines->Line(line).end + 1};
    };
    const auto end = static_cast<uint32_t>(file.text.size()) + 1;
    switch (d->verb) {
      case Verb::kFile:
        d->range = {0, end};
        break;
      case Verb::kLine:
        d->range = {whole_line(line_of(d->comment.start)).start, whole_line(line_of(d->comment.end)).end};
        break;
      case Verb::kNextLine: {
        uint32_t line = line_of(d->comment.end) + 1;
        for (size_t next = i + 1; next < comments.size() && line <= lines->lines(); ++next) {
          const Span at = lines->Line(line);
          if (comments[next].start >= at.end || comments[next].start < at.start) break;
          const std::string_view before = std::string_view(file.text).substr(at.start, comments[next].start - at.start);
          const uint32_t last = line_of(comments[next].end);
          const std::string_view after =
              std::string_view(file.text).substr(comments[next].end, lines->Line(last).end - comments[next].end);
          if (!Trim(before, " \t").empty() || !Trim(after, " \t").empty()) break;
          line = last + 1;
        }
        d->range = whole_line(line);
        break;
      }
      case Verb::kDisable:
        d->range = {d->comment.start, end};
        break;
      case Verb::kEnable:
        // Ends what is open, rule by rule; without names, all of it.
        for (Directive& open : directives) {
          if (open.verb != Verb::kDisable || open.range.end != end || open.eslint != d->eslint) continue;
          std::vector<Named> rest;
          if (!d->rules.empty()) {
            std::ranges::copy_if(open.rules, std::back_inserter(rest), [&](const Named& n) {
              return std::ranges::none_of(d->rules, [&](const Named& e) { return e.id == n.id || e.Covers(n.id); });
            });
          }
          if (rest.size() == open.rules.size() && !rest.empty()) continue;
          if (rest.empty()) {
            open.range.end = d->comment.start;
            continue;
          }
          // Some of its rules end here: split, sharing comment and reason.
          Directive ended = open;
          std::erase_if(ended.rules, [&](const Named& n) {
            return std::ranges::any_of(rest, [&](const Named& r) { return r.id == n.id; });
          });
          ended.range.end = d->comment.start;
          open.rules = std::move(rest);
          directives.push_back(std::move(ended));
          break;  // `directives` moved; one comment opens these rules in practice
        }
        break;
      case Verb::kUnknown:
        break;
    }
    directives.push_back(std::move(*d));
  }
  return directives;
}

bool Suppresses(Verb verb) { return verb != Verb::kEnable && verb != Verb::kUnknown; }

// Removes one rule from a comment, or the comment, and with it its line when nothing else is on it.
Fix Removal(std::string_view text, const Directive& d, const Named* only) {
  if (only != nullptr) {
    Span at = only->at;
    size_t end = at.end;  // with the comma that follows, else the one before
    while (end < text.size() && (text[end] == ' ' || text[end] == '\t')) ++end;
    if (end < text.size() && text[end] == ',') {
      for (++end; end < text.size() && (text[end] == ' ' || text[end] == '\t'); ++end) {
      }
      at.end = static_cast<uint32_t>(end);
    } else {
      while (at.start > d.comment.start && text[at.start - 1] != ',') --at.start;
      if (at.start > d.comment.start) --at.start;
    }
    return {.description = Cat("remove ", only->id, " from the comment"), .edits = {{at, ""}}, .safe = true};
  }
  Span at = d.comment;
  while (at.start > 0 && (text[at.start - 1] == ' ' || text[at.start - 1] == '\t')) --at.start;
  const bool begins = at.start == 0 || text[at.start - 1] == '\n';
  uint32_t end = at.end;
  while (end < text.size() && (text[end] == ' ' || text[end] == '\t' || text[end] == '\r')) ++end;
  if (begins && end < text.size() && text[end] == '\n') at.end = end + 1;
  if (begins && at.end == d.comment.end) at.start = d.comment.start;  // code follows: keep its indentation
  return {.description = "remove the comment", .edits = {{at, ""}}, .safe = true};
}

}  // namespace

std::span<const Rule* const> SuppressionRules() { return kRules; }

Settled Settle(const Project& project, std::vector<Finding> findings,
               const std::function<Severity(const std::string& path, const Rule& rule)>& severity, bool complete,
               const SettleOptions& options) {
  std::map<FileId, std::vector<Directive>> by_file;
  for (uint32_t i = 0; i < project.with_documents(); ++i) {
    const auto id = static_cast<FileId>(i);
    std::vector<Directive> directives = ReadAll(project[id], options.honor_eslint);
    if (!directives.empty()) by_file.emplace(id, std::move(directives));
  }

  Settled settled;
  // The directive that accepts `rule` at `at`, which is thereby used.
  const auto accepts = [&](const Place& at, std::string_view rule) -> const Directive* {
    const auto it = by_file.find(at.file);
    if (it == by_file.end()) return nullptr;
    const Directive* by = nullptr;
    for (Directive& d : it->second) {
      if (!Suppresses(d.verb) || at.span.start < d.range.start || at.span.start >= d.range.end) continue;
      for (Named& named : d.rules) {
        if (!named.Covers(rule)) continue;
        named.used = true;
        if (by == nullptr) by = &d;
      }
    }
    return by;
  };
  const auto named = [&](std::string_view rule) {
    return std::ranges::any_of(by_file, [&](const auto& file) {
      return std::ranges::any_of(file.second, [&](const Directive& d) {
        return Suppresses(d.verb) && std::ranges::any_of(d.rules, [&](const Named& n) { return n.Covers(rule); });
      });
    });
  };
  std::map<const Rule*, bool> mentioned;
  std::unique_ptr<Ways> ways;
  for (Finding& finding : findings) {
    const auto [mention, first_time] = mentioned.try_emplace(finding.rule);
    if (first_time) mention->second = named(finding.rule->id);
    if (!mention->second) {
      settled.findings.push_back(std::move(finding));
      continue;
    }
    Place comment = finding.at;
    const Directive* by = accepts(finding.at, finding.rule->id);
    const bool at_finding = by != nullptr;
    for (size_t i = 0; by == nullptr && i < finding.via.size(); ++i) {
      comment = finding.via[i].at;
      by = accepts(comment, finding.rule->id);
    }
    if (!at_finding && options.facts != nullptr) {
      // Comments on the way close it; is there another? Looked for even when the way shown is free, so that comments on
      // others are known to be of use.
      const FunctionRef function = FunctionAround(project, finding.at);
      if (IsWayOf(project, options.facts->heat, function, finding.via)) {
        if (ways == nullptr) ways = std::make_unique<Ways>(project, options.facts->calls, Context::kRequest);
        const std::function<bool(const Place&)> closed = [&](const Place& at) { return accepts(at, finding.rule->id) != nullptr; };
        std::vector<HotPath> open = ways->To(function, &closed);
        if (by != nullptr && !open.empty()) {
          finding.via = std::move(open.front().steps);
          by = nullptr;
        }
      }
    }
    if (by == nullptr) {
      settled.findings.push_back(std::move(finding));
    } else {
      comment.span = by->comment;
      settled.suppressed.push_back({std::move(finding), comment, std::string(by->reason), at_finding});
    }
  }

  for (const auto& [id, directives] : by_file) {
    const File& file = project[id];
    const auto report = [&, id = id](const Rule& rule, Span at, std::string message, std::vector<Fix> fixes = {}) {
      const Severity level = severity ? severity(file.path, rule) : rule.severity;
      if (level == Severity::kOff) return;
      settled.findings.push_back({.rule = &rule,
                                  .at = {id, at},
                                  .message = std::move(message),
                                  .help = {},
                                  .via = {},
                                  .fixes = std::move(fixes),
                                  .trust = {},
                                  .severity = level,
                                  .scope = {}});
    };
    for (const Directive& d : directives) {
      if (d.eslint) continue;  // ESLint looks after its own
      if (d.verb == Verb::kUnknown) {
        report(kNoRule, d.comment, Cat("\"", d.word, "\" is no directive: there are looplint-disable-next-line, -disable-line, ",
                                       "-disable, -enable and -disable-file"));
        continue;
      }
      for (const Named& named : d.rules) {
        if (!named.Known()) report(kUnknownRule, named.at, Cat("there is no rule \"", named.id, "\""));
      }
      if (d.verb == Verb::kEnable) continue;
      if (d.rules.empty()) {
        report(kNoRule, d.comment, "this comment names no rule and so suppresses nothing");
        continue;
      }
      if (d.reason.empty()) report(kWithoutReason, d.comment, "this comment does not say why the finding is acceptable");
      if (!complete) continue;
      // A rule that did not run here cannot show whether it is still needed.
      const auto unused = [&](const Named& named) {
        return !named.used && named.Known() && std::ranges::any_of(AllRules(), [&](const Rule* rule) {
          return named.Covers(rule->id) && (severity ? severity(file.path, *rule) : rule->severity) != Severity::kOff;
        });
      };
      const bool all = std::ranges::all_of(d.rules, unused);
      if (all) {  // one removal, one finding
        report(kUnused, d.comment, "there is no finding left for this comment to suppress", {Removal(file.text, d, nullptr)});
        continue;
      }
      for (const Named& named : d.rules) {
        if (!unused(named)) continue;
        report(kUnused, named.at, Cat("no finding of ", named.id, " is left for this comment to suppress"),
               {Removal(file.text, d, &named)});
      }
    }
  }
  std::ranges::stable_sort(settled.findings, {}, [](const Finding& f) {
    return std::make_tuple(Index(f.at.file), f.at.span.start, f.at.span.end, f.rule->id, std::string_view(f.message));
  });
  return settled;
}

}  // namespace looplint
