#include "sarif/writer.h"

#include <zlib.h>

#include <algorithm>
#include <numeric>

#include "nlohmann/json.hpp"

namespace looplint::sarif {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kSchema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
constexpr const char* kRoot = "%SRCROOT%";
constexpr size_t kDescription = 1024;  // beyond it GitLab drops the results of the rule

// Analysed text need not be UTF-8; a log must be.
std::string Dump(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

std::string_view LevelName(Level level) {
  return level == Level::kError ? "error" : level == Level::kWarning ? "warning" : "note";
}

// At most `limit` bytes, cut between characters.
std::string Cut(const std::string& text, size_t limit) {
  if (text.size() <= limit) return text;
  size_t end = limit - 3;
  while (end > 0 && (static_cast<uint8_t>(text[end]) & 0xc0) == 0x80) --end;
  return text.substr(0, end) + "...";
}

// "[x](1)" in a message is a link to a related location; what comes from code is not meant so.
std::string Escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '[' || c == ']' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

Json Artifact(const std::string& path) { return {{"uri", UriOf(path)}, {"uriBaseId", kRoot}}; }

Json RegionJson(const Region& r) {
  Json json = {{"startLine", r.start_line}, {"startColumn", r.start_column}, {"endLine", r.end_line}, {"endColumn", r.end_column}};
  if (!r.snippet.empty()) json["snippet"] = {{"text", r.snippet}};
  return json;
}

Json LocationJson(const Location& l) {
  Json json = {{"physicalLocation", {{"artifactLocation", Artifact(l.path)}, {"region", RegionJson(l.region)}}}};
  if (!l.context.snippet.empty()) {
    json["physicalLocation"]["contextRegion"] = {
        {"startLine", l.context.start_line}, {"endLine", l.context.end_line}, {"snippet", {{"text", l.context.snippet}}}};
  }
  if (!l.function.empty()) {
    json["logicalLocations"] = Json::array({{{"fullyQualifiedName", l.path + "#" + l.function}, {"kind", "function"}}});
  }
  if (!l.message.empty()) json["message"] = {{"text", Escaped(l.message)}};
  return json;
}

Json RuleJson(const RuleInfo& rule, bool full) {
  Json json = {{"id", rule.id},
               {"name", Cut(rule.name, 255)},
               {"shortDescription", {{"text", Cut(rule.short_description, kDescription)}}},
               {"fullDescription", {{"text", Cut(rule.full_description, kDescription)}}},
               {"help", {{"text", rule.help}}}};
  if (!rule.help_markdown.empty()) json["help"]["markdown"] = rule.help_markdown;
  if (!rule.help_uri.empty()) json["helpUri"] = rule.help_uri;
  json["defaultConfiguration"] = {{"level", LevelName(rule.level)}};
  if (!full) return json;
  Json properties = Json::object();
  properties["tags"] = std::vector<std::string>(rule.tags.begin(), rule.tags.begin() + static_cast<long>(std::min<size_t>(rule.tags.size(), 10)));
  if (!rule.precision.empty()) properties["precision"] = rule.precision;
  properties["problem.severity"] = rule.level == Level::kError ? "error" : rule.level == Level::kWarning ? "warning" : "recommendation";
  if (!rule.security_severity.empty()) properties["security-severity"] = rule.security_severity;
  json["properties"] = std::move(properties);
  return json;
}

Json FlowJson(const Flow& flow, uint64_t limit) {
  Json steps = Json::array();
  const uint64_t total = flow.steps.size();
  for (uint64_t i = 0; i < total; ++i) {
    // Both ends tell most.
    if (limit > 0 && total > limit && i >= limit / 2 && i < total - (limit - limit / 2)) continue;
    const bool end = i == 0 || i + 1 == total;
    steps.push_back({{"location", LocationJson(flow.steps[i].location)},
                     {"nestingLevel", flow.steps[i].nesting},
                     {"executionOrder", i + 1},
                     {"importance", end ? "essential" : "important"}});
  }
  Json json = Json::object();
  if (!flow.message.empty()) json["message"] = {{"text", Escaped(flow.message)}};
  json["threadFlows"] = Json::array({{{"locations", std::move(steps)}}});
  return json;
}

std::string ResultText(const RunInfo& run, const Limits& limits, const Result& r) {
  Json json = {{"ruleId", run.rules[r.rule].id},
               {"ruleIndex", r.rule},
               {"kind", "fail"},
               {"level", LevelName(r.level)},
               {"message", {{"text", Escaped(r.message)}}},
               {"locations", Json::array({LocationJson(r.at)})}};
  if (!r.flows.empty()) {
    Json flows = Json::array(), related = Json::array();
    uint64_t room = limits.steps_per_result;
    for (const Flow& flow : r.flows) {
      if (limits.steps_per_result > 0 && !flows.empty() && flow.steps.size() > room) break;
      flows.push_back(FlowJson(flow, room));
      room -= std::min<uint64_t>(room, flow.steps.size());
    }
    if (!r.flows.front().steps.empty()) {  // GitHub and viewers link this from the finding
      const Location& start = r.flows.front().steps.front().location;
      Json first = {{"id", 1}};
      first.update(LocationJson(start));
      related.push_back(std::move(first));
      if (!start.message.empty()) {
        json["message"]["text"] = Escaped(r.message) + ", " + r.flows.front().message + " [" + Escaped(start.message) + "](1)";
      }
    }
    json["relatedLocations"] = std::move(related);
    json["codeFlows"] = std::move(flows);
  }
  json["partialFingerprints"] = Json::object();
  if (!r.line_hash.empty()) json["partialFingerprints"]["primaryLocationLineHash"] = r.line_hash;
  if (!r.fingerprint.empty()) json["partialFingerprints"]["looplint/v1"] = r.fingerprint;
  if (!r.fixes.empty()) {
    Json fixes = Json::array();
    for (const Fix& fix : r.fixes) {
      Json replacements = Json::array();
      for (const Replacement& one : fix.replacements) {
        replacements.push_back({{"deletedRegion", RegionJson(one.deleted)}, {"insertedContent", {{"text", one.inserted}}}});
      }
      fixes.push_back({{"description", {{"text", Escaped(fix.description)}}},
                       {"artifactChanges", Json::array({{{"artifactLocation", Artifact(fix.path)}, {"replacements", std::move(replacements)}}})}});
    }
    json["fixes"] = std::move(fixes);
  }
  if (!r.trust.empty()) json["properties"] = {{"trust", r.trust}};
  if (r.suppressed) {
    Json suppression = {{"kind", r.in_source ? "inSource" : "external"}, {"status", "accepted"}};
    if (!r.justification.empty()) suppression["justification"] = r.justification;
    json["suppressions"] = Json::array({std::move(suppression)});
  }
  return Dump(json);
}

// What comes before the results, as the beginning of an object that is still open, and what comes after.
std::string HeadText(const RunInfo& run) {
  Json driver = {{"name", run.tool}, {"fullName", run.tool + " " + run.version}, {"version", run.version}};
  if (!run.semantic_version.empty()) driver["semanticVersion"] = run.semantic_version;
  if (!run.information_uri.empty()) driver["informationUri"] = run.information_uri;
  driver["rules"] = Json::array();
  for (const RuleInfo& rule : run.rules) driver["rules"].push_back(RuleJson(rule, true));
  if (!run.notification_rules.empty()) {
    driver["notifications"] = Json::array();
    for (const RuleInfo& rule : run.notification_rules) driver["notifications"].push_back(RuleJson(rule, false));
  }
  Json json = {{"tool", {{"driver", std::move(driver)}}}};
  if (!run.category.empty()) json["automationDetails"] = {{"id", run.category.ends_with('/') ? run.category : run.category + "/"}};
  // Where that is on this machine is nobody's business, and differs where the log should not.
  json["originalUriBaseIds"] = {{kRoot, {{"description", {{"text", "The top of the repository."}}}}}};
  if (!run.repository_uri.empty()) {
    Json origin = {{"repositoryUri", run.repository_uri}};
    if (!run.revision.empty()) origin["revisionId"] = run.revision;
    if (!run.branch.empty()) origin["branch"] = run.branch;
    origin["mappedTo"] = {{"uriBaseId", kRoot}};
    json["versionControlProvenance"] = Json::array({std::move(origin)});
  }
  Json invocation = {{"executionSuccessful", run.successful}};
  if (!run.notifications.empty()) {
    Json list = Json::array();
    for (const Notification& n : run.notifications) {
      Json one = Json::object();
      for (size_t i = 0; i < run.notification_rules.size(); ++i) {
        if (run.notification_rules[i].id == n.id) one["descriptor"] = {{"id", n.id}, {"index", i}};
      }
      one["level"] = LevelName(n.level);
      one["message"] = {{"text", Escaped(n.message)}};
      if (!n.path.empty()) one["locations"] = Json::array({{{"physicalLocation", {{"artifactLocation", Artifact(n.path)}}}}});
      list.push_back(std::move(one));
    }
    invocation["toolExecutionNotifications"] = std::move(list);
  }
  json["invocations"] = Json::array({std::move(invocation)});
  json["columnKind"] = "utf16CodeUnits";
  json["language"] = "en-US";
  json["newlineSequences"] = {"\r\n", "\n", "\r"};
  json["defaultSourceLanguage"] = "javascript";
  std::string text = Dump(json);
  text.pop_back();
  const Json schema = kSchema;
  return "{\"$schema\":" + Dump(schema) + ",\"version\":\"2.1.0\",\"runs\":[" + text + ",\"results\":[";
}
constexpr std::string_view kTail = "\n]}]}\n";

// Counts the bytes of a text as gzip would make of it. Fast and a little worse than what uploads use, so that what
// fits here fits there.
class GzipCounter {
 public:
  GzipCounter() { ok_ = deflateInit2(&stream_, 1, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) == Z_OK; }
  ~GzipCounter() {
    if (ok_) deflateEnd(&stream_);
  }
  GzipCounter(const GzipCounter&) = delete;
  GzipCounter& operator=(const GzipCounter&) = delete;
  void Add(std::string_view text) { Feed(text, Z_NO_FLUSH); }
  uint64_t Finish() {
    Feed({}, Z_FINISH);
    return count_;
  }

 private:
  void Feed(std::string_view text, int flush) {
    if (!ok_) return;
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    stream_.avail_in = static_cast<uInt>(text.size());
    Bytef buffer[1 << 14];
    do {
      stream_.next_out = buffer;
      stream_.avail_out = sizeof buffer;
      deflate(&stream_, flush);
      count_ += sizeof buffer - stream_.avail_out;
    } while (stream_.avail_out == 0);
  }
  z_stream stream_{};
  bool ok_ = false;
  uint64_t count_ = 0;
};

}  // namespace

std::string UriOf(std::string_view path) {
  constexpr std::string_view kPlain = "-._~!$&'()*+,;=@/";
  std::string out;
  for (const char c : path) {
    const bool word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (word || kPlain.find(c) != std::string_view::npos) {
      out += c;
      continue;
    }
    constexpr const char* kDigits = "0123456789ABCDEF";
    out += '%';
    out += kDigits[static_cast<uint8_t>(c) >> 4];
    out += kDigits[static_cast<uint8_t>(c) & 15];
  }
  return out;
}

struct Writer::State {
  Sink sink;
  const RunInfo& run;
  Limits limits;
  bool first = true, ok = true;
  void Write(std::string_view text) { ok = ok && sink(text); }
};

Writer::Writer(Sink sink, const RunInfo& run, Limits limits) : state_(new State{std::move(sink), run, limits}) {
  state_->Write(HeadText(run));
}
Writer::~Writer() = default;

void Writer::Add(const Result& result) {
  if (!state_->ok) return;
  std::string text = state_->first ? "\n" : ",\n";
  state_->first = false;
  state_->Write(text += ResultText(state_->run, state_->limits, result));
}

bool Writer::Finish() {
  state_->Write(kTail);
  return state_->ok;
}

Selection::Selection(const RunInfo& run, Limits limits, uint64_t results, const std::function<Level(uint64_t)>& level,
                     const std::function<Result(uint64_t)>& result) {
  std::vector<uint64_t> order;  // the weightiest first; among equals as in the log
  uint64_t keep = results;
  if (limits.results > 0) keep = std::min(keep, limits.results);
  const auto cut = [&] {
    if (order.empty()) {
      order.resize(results);
      std::iota(order.begin(), order.end(), uint64_t{0});
      std::ranges::stable_sort(order, std::greater<>(), level);
    }
    kept_.assign(results, false);
    for (uint64_t i = 0; i < keep; ++i) kept_[order[i]] = true;
    dropped_ = results - keep;
  };
  if (keep < results) cut();
  // Most logs are far below the limit even before they are packed.
  for (int round = 0; limits.gzip_bytes > 0 && keep > 0 && round < 8; ++round) {
    uint64_t raw = 0, packed = 0;
    GzipCounter counter;
    Writer writer(
        [&](std::string_view text) {
          raw += text.size();
          counter.Add(text);
          return true;
        },
        run, limits);
    // The first results are taken as a sample of all: text of findings packs well and evenly.
    const uint64_t sample = round == 0 ? std::min<uint64_t>(keep, 2000) : results;
    uint64_t added = 0;
    for (uint64_t i = 0; i < results && added < sample; ++i) {
      if (!this->keep(i)) continue;
      writer.Add(result(i));
      ++added;
    }
    writer.Finish();
    packed = counter.Finish();
    if (added < keep) {  // a sample: far from the limit, no need for more
      if (raw / added * keep < limits.gzip_bytes * 2) break;
      continue;
    }
    if (packed <= limits.gzip_bytes) break;
    keep = keep * (limits.gzip_bytes * 95 / 100) / packed;
    cut();
  }
}

}  // namespace looplint::sarif
