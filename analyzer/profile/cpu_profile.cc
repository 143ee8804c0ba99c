#include "analyzer/profile/cpu_profile.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>

#include "absl/container/flat_hash_map.h"
#include "analyzer/base/strings.h"
#include "nlohmann/json.hpp"

namespace looplint {
namespace {

struct Frame {
  int64_t id = -1, parent = -1;
  std::string url, name;
  int64_t line = -1, column = -1;
  uint64_t hits = 0;
  std::vector<int64_t> children;
  std::vector<std::pair<int64_t, uint64_t>> ticks;
};

// Profiles of a busy minute have a million samples: they are read in one pass into flat arrays, not into a document.
class Reader : public nlohmann::json_sax<nlohmann::json> {
 public:
  std::vector<Frame> frames;
  std::vector<int64_t> samples;
  std::vector<double> deltas;
  double start = 0, end = 0;
  bool has_nodes = false;
  std::string error;
  size_t failed_at = 0;

  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(number_integer_t v) override { return Number(static_cast<double>(v)); }
  bool number_unsigned(number_unsigned_t v) override { return Number(static_cast<double>(v)); }
  bool number_float(number_float_t v, const string_t&) override { return Number(v); }
  bool string(string_t& v) override {
    if (Where() != kFrame) return true;
    if (key_ == "functionName") frames.back().name = std::move(v);
    if (key_ == "url") frames.back().url = std::move(v);
    return true;
  }
  bool binary(binary_t&) override { return false; }
  bool start_object(size_t) override {
    switch (Where()) {
      case kTop:
        return Push(kRoot);
      case kNodes:
        frames.emplace_back();
        return Push(kNode);
      case kNode:
        return Push(key_ == "callFrame" ? kFrame : kOther);
      case kTicks:
        tick_ = {0, 0};
        return Push(kTick);
      default:
        return Push(kOther);
    }
  }
  bool end_object() override {
    if (Where() == kTick) frames.back().ticks.push_back(tick_);
    stack_.pop_back();
    return true;
  }
  bool start_array(size_t) override {
    switch (Where()) {
      case kRoot:
        if (key_ == "nodes") return has_nodes = true, Push(kNodes);
        return Push(key_ == "samples" ? kSamples : key_ == "timeDeltas" ? kDeltas : kOther);
      case kNode:
        return Push(key_ == "children" ? kChildren : key_ == "positionTicks" ? kTicks : kOther);
      default:
        return Push(kOther);
    }
  }
  bool end_array() override { return stack_.pop_back(), true; }
  bool key(string_t& v) override { return key_ = std::move(v), true; }
  bool parse_error(size_t position, const std::string&, const nlohmann::detail::exception& e) override {
    failed_at = position;
    error = e.what();
    if (const size_t at = error.find(": "); at != std::string::npos) error.erase(0, at + 2);
    error = Cat("byte ", position, ": ", error);
    return false;
  }

 private:
  enum Context : uint8_t { kTop, kRoot, kNodes, kNode, kFrame, kChildren, kTicks, kTick, kSamples, kDeltas, kOther };
  Context Where() const { return stack_.empty() ? kTop : stack_.back(); }
  bool Push(Context c) { return stack_.push_back(c), true; }
  bool Number(double v) {
    const int64_t whole = std::abs(v) < 9e15 ? static_cast<int64_t>(v) : -1;
    switch (Where()) {
      case kRoot:
        if (key_ == "startTime") start = v;
        if (key_ == "endTime") end = v;
        break;
      case kNode:
        if (key_ == "id") frames.back().id = whole;
        if (key_ == "parent") frames.back().parent = whole;
        if (key_ == "hitCount" && whole > 0) frames.back().hits = static_cast<uint64_t>(whole);
        break;
      case kFrame:
        if (key_ == "lineNumber") frames.back().line = whole;
        if (key_ == "columnNumber") frames.back().column = whole;
        break;
      case kChildren:
        frames.back().children.push_back(whole);
        break;
      case kTick:
        if (key_ == "line") tick_.first = whole;
        if (key_ == "ticks" && whole > 0) tick_.second = static_cast<uint64_t>(whole);
        break;
      case kSamples:
        samples.push_back(whole);
        break;
      case kDeltas:
        deltas.push_back(v);
        break;
      default:
        break;
    }
    return true;
  }

  std::vector<Context> stack_;
  std::string key_;
  std::pair<int64_t, uint64_t> tick_;
};

uint32_t FromZero(int64_t v) { return v < 0 || v >= UINT32_MAX ? 0 : static_cast<uint32_t>(v + 1); }

}  // namespace

absl::StatusOr<CpuProfile> CpuProfile::Parse(std::string_view json) {
  Reader r;
  if (!nlohmann::json::sax_parse(json.begin(), json.end(), &r)) {
    if (json.empty()) return absl::InvalidArgumentError("not a CPU profile: it is empty");
    // Node writes the profile as it exits, and is killed meanwhile.
    if (r.has_nodes && r.failed_at >= json.size()) {
      return absl::InvalidArgumentError(
          Cat("the CPU profile is cut off after ", json.size(), " bytes: was the process killed while it was written?"));
    }
    return absl::InvalidArgumentError(Cat("not a CPU profile: ", r.error.empty() ? "malformed JSON" : r.error));
  }
  if (!r.has_nodes) return absl::InvalidArgumentError("not a CPU profile: there is no array \"nodes\"");
  const size_t n = r.frames.size();
  absl::flat_hash_map<int64_t, uint32_t> by_id;
  for (size_t i = 0; i < n; ++i) {
    if (r.frames[i].id < 0 || !by_id.emplace(r.frames[i].id, static_cast<uint32_t>(i)).second) {
      return absl::InvalidArgumentError(Cat("not a CPU profile: node ", i, " has no id of its own"));
    }
  }
  constexpr uint32_t kNoParent = UINT32_MAX;
  std::vector<uint32_t> parent(n, kNoParent);
  for (size_t i = 0; i < n; ++i) {
    const Frame& f = r.frames[i];
    if (const auto it = by_id.find(f.parent); f.parent >= 0 && it != by_id.end()) parent[i] = it->second;
    for (const int64_t child : f.children) {
      const auto it = by_id.find(child);
      if (it == by_id.end()) return absl::InvalidArgumentError(Cat("the profile is cut off: there is no node ", child));
      parent[it->second] = static_cast<uint32_t>(i);
    }
  }
  // Parents before children; what cannot be reached from a root stands in a cycle.
  std::vector<std::vector<uint32_t>> children(n);
  std::vector<uint32_t> order;
  for (size_t i = 0; i < n; ++i) {
    if (parent[i] == kNoParent) {
      order.push_back(static_cast<uint32_t>(i));
    } else {
      children[parent[i]].push_back(static_cast<uint32_t>(i));
    }
  }
  for (size_t i = 0; i < order.size(); ++i)
    order.insert(order.end(), children[order[i]].begin(), children[order[i]].end());
  if (order.size() != n) return absl::InvalidArgumentError("not a CPU profile: its tree has a cycle");

  // ---- time of each frame
  std::vector<double> self(n, 0);
  std::vector<uint64_t> hits(n, 0);
  CpuProfile profile;
  if (!r.samples.empty()) {
    for (size_t i = 0; i < r.samples.size(); ++i) {
      const auto it = by_id.find(r.samples[i]);
      if (it == by_id.end())
        return absl::InvalidArgumentError(Cat("the profile is cut off: sample ", i, " is of no node"));
      // timeDeltas[i] lies before sample i; a frame ran until the next sample.
      double us = i + 1 < r.deltas.size() ? r.deltas[i + 1] : 0;
      if (!(us > 0) || us > 1e12) us = 0;  // clocks of several cores may step back
      self[it->second] += us;
      ++hits[it->second];
      ++profile.samples;
    }
  } else {
    uint64_t all = 0;
    for (const Frame& f : r.frames) all += f.hits;
    const double each = all > 0 && r.end > r.start ? (r.end - r.start) / static_cast<double>(all) : 0;
    for (size_t i = 0; i < n; ++i) {
      hits[i] = r.frames[i].hits;
      self[i] = each * static_cast<double>(hits[i]);
    }
    profile.samples = all;
  }
  if (profile.samples == 0) return absl::InvalidArgumentError("the profile holds no samples");

  // ---- frames to functions
  using Key = std::tuple<std::string_view, int64_t, int64_t, std::string_view>;
  std::map<Key, uint32_t> ids;
  std::vector<uint32_t> function(n);
  std::vector<std::map<uint32_t, uint64_t>> lines;
  for (size_t i = 0; i < n; ++i) {
    const Frame& f = r.frames[i];
    const auto [it, is_new] = ids.emplace(Key(f.url, f.line, f.column, f.name), static_cast<uint32_t>(ids.size()));
    function[i] = it->second;
    if (is_new) {
      ProfiledFunction& p = profile.functions.emplace_back();
      p.url = f.url;
      p.name = f.name;
      p.line = FromZero(f.line);
      p.column = FromZero(f.column);
      lines.emplace_back();
    }
    ProfiledFunction& p = profile.functions[it->second];
    p.self_us += self[i];
    p.samples += hits[i];
    for (const auto& [line, ticks] : f.ticks) {
      if (line > 0 && line < UINT32_MAX) lines[it->second][static_cast<uint32_t>(line)] += ticks;
    }
  }
  std::vector<double> total = self;
  for (size_t i = n; i-- > 0;) {
    if (const uint32_t p = parent[order[i]]; p != kNoParent) total[p] += total[order[i]];
  }
  // A frame counts for its function unless one above it is of the same function. Depth first, with the functions on
  // the way counted.
  std::vector<uint32_t> on_way(profile.functions.size(), 0);
  std::vector<std::pair<uint32_t, bool>> work;  // frame, leaving
  for (size_t i = 0; i < n; ++i) {
    if (parent[i] == kNoParent) work.emplace_back(static_cast<uint32_t>(i), false);
  }
  while (!work.empty()) {
    const auto [frame, leaving] = work.back();
    work.pop_back();
    const uint32_t f = function[frame];
    if (leaving) {
      --on_way[f];
      continue;
    }
    if (on_way[f]++ == 0) profile.functions[f].total_us += total[frame];
    work.emplace_back(frame, true);
    for (const uint32_t child : children[frame]) work.emplace_back(child, false);
  }
  // Whose time it is: of the innermost frame that is not Node's or V8's.
  std::vector<uint32_t> owner(n);
  for (const uint32_t i : order) {
    const Frame& f = r.frames[i];
    const bool engine = f.url.empty() || f.url.starts_with("node:");
    owner[i] = engine && parent[i] != kNoParent ? owner[parent[i]] : i;
    profile.functions[function[owner[i]]].own_us += self[i];
  }
  for (size_t i = 0; i < lines.size(); ++i) {
    for (const auto& [line, ticks] : lines[i]) profile.functions[i].lines.push_back({line, ticks});
  }
  for (const ProfiledFunction& f : profile.functions) {
    if (f.url.empty() && (f.name == "(idle)" || f.name == "(program)")) {
      profile.idle_us += f.self_us;
    } else if (!(f.url.empty() && f.name == "(root)")) {
      profile.total_us += f.self_us;
    }
  }
  std::sort(profile.functions.begin(), profile.functions.end(),
            [](const ProfiledFunction& a, const ProfiledFunction& b) {
              return std::tie(b.total_us, a.url, a.line, a.column, a.name) <
                     std::tie(a.total_us, b.url, b.line, b.column, b.name);
            });
  return profile;
}

}  // namespace looplint
