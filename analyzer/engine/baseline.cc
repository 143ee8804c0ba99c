#include "analyzer/engine/baseline.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <tuple>

#include "absl/status/status.h"
#include "analyzer/base/strings.h"
#include "analyzer/engine/fingerprint.h"
#include "nlohmann/json.hpp"
#include "rules/rule.h"

namespace looplint {
namespace {

using Json = nlohmann::ordered_json;

bool Less(const BaselineEntry& a, const BaselineEntry& b) {
  return std::tie(a.file, a.rule, a.scope, a.fingerprint, a.sink, a.from) < std::tie(b.file, b.rule, b.scope, b.fingerprint, b.sink, b.from);
}

std::optional<uint64_t> ReadHex(const std::string& text) {
  uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
  if (error != std::errc() || end != text.data() + text.size() || text.size() != 16) return std::nullopt;
  return value;
}

}  // namespace

std::string NameOfEntry(const Project& project, const Entry& entry) {
  std::string name = NamedScope(ScopeName(project, entry.function));
  const FileModel& own = project[entry.function.file].model;
  if (Some(entry.by.call) && !Some(own.functions[entry.function.function].name)) {
    const File& file = project[entry.by.file];
    const Call& call = file.model.calls[entry.by.call];
    const NodeId callee = file.model.syntax.FirstChild(call.node);
    if (Some(callee)) {
      const Node& n = file.model.syntax[callee];
      if (!name.empty()) name += ' ';
      // Of a chain, the last link says what it is.
      std::string_view text = std::string_view(file.text).substr(n.start, n.end - n.start);
      if (const size_t link = text.find_last_of(")\n"); link != std::string_view::npos) text.remove_prefix(link + 1);
      while (!text.empty() && (text.front() == ' ' || text.front() == '.')) text.remove_prefix(1);
      name += text;
    }
    for (const NodeId c : file.model.syntax.ChildrenOf(call.node)) {
      if (file.model.syntax.KindOf(c) != Kind::kStringLiteral) continue;
      const Node& n = file.model.syntax[c];
      name += Cat(" ", std::string_view(file.text).substr(n.start + 1, n.end - n.start - 2));
      break;
    }
  }
  return Cat(project[entry.function.file].path, "#", name.empty() ? "handler" : name);
}

const std::multimap<std::string, FunctionRef>& Compared::Scopes(FileId file) {
  const auto [it, added] = scopes_.try_emplace(file);
  if (added) {
    for (const FunctionId id : Ids(project_[file].model.functions)) {
      it->second.emplace(NamedScope(ScopeName(project_, {file, id})), FunctionRef{file, id});
    }
  }
  return it->second;
}

bool Compared::HasScope(const std::string& file, const std::string& scope) {
  const FileId id = project_.Find(file);
  return Some(id) && Scopes(id).contains(scope);
}

bool Compared::Calls(const std::string& scope, const Finding& finding) {
  const FunctionRef target = FunctionAround(project_, finding.at);
  const auto [begin, end] = Scopes(finding.at.file).equal_range(scope);
  for (auto it = begin; it != end; ++it) {
    for (const Edge& edge : facts_.calls.From(it->second)) {
      if (edge.to == target) return true;
    }
  }
  return false;
}

bool Compared::HasEntry(const std::string& name) {
  if (!has_entries_) {
    for (const Entry& e : facts_.calls.entries()) entries_.insert(NameOfEntry(project_, e));
    has_entries_ = true;
  }
  return entries_.contains(name);
}

std::map<std::string, HotPath> Compared::WaysTo(const Finding& finding) {
  const FunctionRef function = FunctionAround(project_, finding.at);
  if (!IsWayOf(project_, facts_.heat, function, finding.via)) return {};
  if (ways_ == nullptr) ways_ = std::make_unique<Ways>(project_, facts_.calls, Context::kRequest);
  const auto [it, added] = known_ways_.try_emplace(function);
  if (added) {
    for (HotPath& way : ways_->To(function)) {
      std::string name = NameOfEntry(project_, *way.entry);
      it->second.try_emplace(std::move(name), std::move(way));  // the shortest comes first
    }
  }
  return it->second;
}

BaselineEntry Compared::EntryOf(const Finding& f) {
  BaselineEntry entry{std::string(f.rule->id), project_[f.at.file].path, NamedScope(f.scope), f.fingerprint, f.sink, {}};
  for (const auto& [name, way] : WaysTo(f)) entry.from.push_back(name);
  return entry;
}

absl::StatusOr<Baseline> Baseline::Parse(std::string_view text) {
  Baseline out;
  size_t number = 0;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    ++number;
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    const auto wrong = [&](std::string_view what) { return absl::InvalidArgumentError(Cat(number, ": ", what)); };
    if (line.starts_with("<<<<<<<") || line.starts_with("=======") || line.starts_with(">>>>>>>")) return wrong("an unresolved merge conflict");
    const Json json = Json::parse(line.begin(), line.end(), nullptr, false);
    if (!json.is_object()) return wrong("not a JSON object");
    BaselineEntry entry;
    for (const auto& [key, to] : {std::pair{"rule", &entry.rule}, {"file", &entry.file}, {"scope", &entry.scope}}) {
      if (!json.contains(key) || !json[key].is_string()) return wrong(Cat("no text under \"", std::string_view(key), "\""));
      *to = json[key].get<std::string>();
    }
    for (const auto& [key, to] : {std::pair{"fp", &entry.fingerprint}, {"sink", &entry.sink}}) {
      const std::optional<uint64_t> value = json.contains(key) && json[key].is_string() ? ReadHex(json[key].get<std::string>()) : std::nullopt;
      if (!value) return wrong(Cat("no 16 hexadecimal digits under \"", std::string_view(key), "\""));
      *to = *value;
    }
    if (json.contains("from")) {
      if (!json["from"].is_array()) return wrong("\"from\" is no list");
      for (const Json& one : json["from"]) {
        if (!one.is_string()) return wrong("\"from\" lists something else than text");
        entry.from.push_back(one.get<std::string>());
      }
      std::ranges::sort(entry.from);
    }
    out.entries_.push_back(std::move(entry));
  }
  std::ranges::sort(out.entries_, Less);
  // A merge by union keeps both sides of a line whose `from` changed: all of these ways are known.
  std::vector<BaselineEntry> unique;
  for (BaselineEntry& entry : out.entries_) {
    if (!unique.empty() && unique.back().file == entry.file && unique.back().rule == entry.rule && unique.back().fingerprint == entry.fingerprint) {
      std::vector<std::string> all;
      std::ranges::set_union(unique.back().from, entry.from, std::back_inserter(all));
      unique.back().from = std::move(all);
    } else {
      unique.push_back(std::move(entry));
    }
  }
  out.entries_ = std::move(unique);
  return out;
}

Baseline Baseline::Of(Compared& program, const std::vector<Finding>& findings) {
  Baseline out;
  for (const Finding& f : findings) out.entries_.push_back(program.EntryOf(f));
  return out;
}

std::string Baseline::Text() const {
  std::vector<BaselineEntry> sorted = entries_;
  std::ranges::sort(sorted, Less);
  std::string out;
  for (const BaselineEntry& e : sorted) {
    Json json = {{"rule", e.rule}, {"file", e.file}, {"scope", e.scope}, {"fp", Hex(e.fingerprint)}, {"sink", Hex(e.sink)}};
    if (!e.from.empty()) json["from"] = e.from;
    out += Cat(json.dump(-1, ' ', false, Json::error_handler_t::replace), "\n");
  }
  return out;
}

Baseline::Comparison Baseline::Compare(Compared& program, std::vector<Finding>& findings, const std::set<std::string>& ran) const {
  Comparison out;
  std::vector<int> of_finding(findings.size(), -1);  // index of its entry
  std::vector<bool> taken(entries_.size());
  const auto path = [&](const Finding& f) -> const std::string& { return program.project()[f.at.file].path; };
  const auto match = [&](size_t finding, size_t entry) {
    of_finding[finding] = static_cast<int>(entry);
    taken[entry] = true;
  };

  std::multimap<uint64_t, size_t> by_fingerprint, by_sink;
  for (size_t i = 0; i < entries_.size(); ++i) {
    by_fingerprint.emplace(entries_[i].fingerprint, i);
    by_sink.emplace(entries_[i].sink, i);
  }
  // One pass over what is left, with one reason to take an entry for the same finding.
  const auto pass = [&](const std::multimap<uint64_t, size_t>& entries, uint64_t Finding::*key, const auto& same) {
    for (size_t i = 0; i < findings.size(); ++i) {
      if (of_finding[i] >= 0) continue;
      const auto [begin, end] = entries.equal_range(findings[i].*key);
      for (auto it = begin; it != end; ++it) {
        const BaselineEntry& entry = entries_[it->second];
        if (taken[it->second] || entry.rule != findings[i].rule->id || !same(findings[i], entry)) continue;
        match(i, it->second);
        break;
      }
    }
  };
  pass(by_fingerprint, &Finding::fingerprint, [&](const Finding& f, const BaselineEntry& e) { return e.file == path(f); });
  pass(by_fingerprint, &Finding::fingerprint, [&](const Finding& f, const BaselineEntry& e) {
    return e.file != path(f) && (!program.HasFile(e.file) || (!e.scope.empty() && !program.HasScope(e.file, e.scope)));
  });
  std::set<std::pair<std::string, std::string>> renamed;  // files, as the matches so far show
  for (size_t i = 0; i < findings.size(); ++i) {
    if (of_finding[i] < 0) continue;
    const BaselineEntry& e = entries_[static_cast<size_t>(of_finding[i])];
    if (!program.HasFile(e.file)) renamed.emplace(e.file, path(findings[i]));
  }
  pass(by_sink, &Finding::sink, [&](const Finding& f, const BaselineEntry& e) {
    if (e.file != path(f) && !renamed.contains({e.file, path(f)})) return false;
    return NamedScope(f.scope) == e.scope ? !program.HasFile(e.file)
                                          : (!e.scope.empty() && !program.HasScope(path(f), e.scope)) || program.Calls(e.scope, f);
  });

  out.known.resize(findings.size());
  for (size_t i = 0; i < findings.size(); ++i) {
    if (of_finding[i] < 0) continue;
    const BaselineEntry& old = entries_[static_cast<size_t>(of_finding[i])];
    const std::map<std::string, HotPath> ways = program.WaysTo(findings[i]);
    BaselineEntry now = program.EntryOf(findings[i]);
    out.known[i] = true;
    if (!old.from.empty()) {
      // Entries that are no more may have moved or been renamed with their file: one for one, by what they are.
      const auto what = [](const std::string& name) { return name.substr(name.find('#')); };
      std::multiset<std::string> gone;
      for (const std::string& name : old.from) {
        if (!program.HasEntry(name)) gone.insert(what(name));
      }
      const HotPath* fresh = nullptr;
      std::vector<std::string> kept;
      for (const auto& [name, way] : ways) {
        if (std::ranges::binary_search(old.from, name)) {
          kept.push_back(name);
        } else if (const auto moved = gone.find(what(name)); moved != gone.end()) {
          gone.erase(moved);
          kept.push_back(name);
        } else if (fresh == nullptr || way.steps.size() < fresh->steps.size()) {
          fresh = &way;
        }
      }
      if (fresh != nullptr) {
        out.known[i] = false;
        findings[i].via = fresh->steps;
        findings[i].via_title = "newly reached from";
      }
      now.from = std::move(kept);
    }
    out.kept.push_back(std::move(now));
  }
  for (size_t i = 0; i < entries_.size(); ++i) {
    if (!taken[i]) (ran.contains(entries_[i].rule) ? out.stale : out.kept).push_back(entries_[i]);
  }
  return out;
}

}  // namespace looplint
