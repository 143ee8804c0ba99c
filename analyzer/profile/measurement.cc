#include "analyzer/profile/measurement.h"

#include <algorithm>
#include <tuple>

#include "analyzer/base/line_index.h"
#include "analyzer/base/strings.h"
#include "analyzer/profile/scripts.h"

namespace looplint {
namespace {

// Functions of one file by place.
class Finder {
 public:
  explicit Finder(const File& file) : file_(file), lines_(file.text) {}

  FunctionId Innermost(uint32_t offset) const {
    FunctionId best = static_cast<FunctionId>(0);
    for (const FunctionId f : Ids(file_.model.functions)) {
      const Span s = SpanOf(f);
      if (s.start <= offset && offset < s.end && s.end - s.start <= SpanOf(best).end - SpanOf(best).start) best = f;
    }
    return best;
  }

  // The function V8 or a source map places at a line and column; `name` as V8 has it. kNone when there is none.
  FunctionId At(uint32_t line, uint32_t column, std::string_view name) const {
    if (line == 0 || line > lines_.lines()) return kNone<FunctionId>;
    const Span bounds = lines_.Line(line);
    const std::string_view text = std::string_view(file_.text).substr(bounds.start, bounds.end - bounds.start);
    uint32_t offset = bounds.start, units = 1;
    for (size_t i = 0; i < text.size() && units < column; ++units) {
      const unsigned char c = static_cast<unsigned char>(text[i]);
      const size_t bytes = c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
      if (bytes == 4) ++units;
      i += bytes;
      offset = bounds.start + static_cast<uint32_t>(std::min(i, text.size()));
    }
    if (units < column) return kNone<FunctionId>;
    if (line == 1 && column == 1 && name.empty()) return static_cast<FunctionId>(0);
    // V8 says "a.b" or "get b" where a name was given by place.
    const std::string_view last = name.substr(name.find_last_of(". ") + 1);
    const FunctionId inner = Innermost(offset);
    if (Index(inner) != 0 && (name.empty() || NameOf(inner) == last || NameOf(inner).empty())) return inner;
    // A source map leads to the name of a method, which stands before the function.
    FunctionId near = kNone<FunctionId>;
    uint32_t distance = 256;
    for (const FunctionId f : Ids(file_.model.functions)) {
      if (Index(f) == 0) continue;
      const uint32_t start = SpanOf(f).start;
      const uint32_t d = start > offset ? start - offset : offset - start;
      if (d < distance && !last.empty() && NameOf(f) == last) {
        distance = d;
        near = f;
      }
    }
    if (Some(near)) return near;
    // A class without constructor runs under the name of the class.
    if (name.empty() || Index(inner) != 0) return kNone<FunctionId>;
    for (const Class& c : file_.model.classes) {
      if (Some(c.name) && file_.model.names[c.name] == last) return inner;
    }
    return kNone<FunctionId>;
  }

 private:
  Span SpanOf(FunctionId f) const {
    const NodeId node = file_.model.functions[f].node;
    return Index(f) == 0 ? Span{0, static_cast<uint32_t>(file_.text.size()) + 1}
                         : Span{file_.model.syntax[node].start, file_.model.syntax[node].end};
  }
  std::string_view NameOf(FunctionId f) const {
    const Function& function = file_.model.functions[f];
    if (function.kind == FunctionKind::kConstructor && Some(function.owner)) {
      const NameId name = file_.model.classes[function.owner].name;
      return Some(name) ? file_.model.names[name] : std::string_view();
    }
    return Some(function.name) ? file_.model.names[function.name] : std::string_view();
  }
  const File& file_;
  LineIndex lines_;
};

void Add(Share& to, const Share& share) {
  to.self += share.self;
  to.own += share.own;
  to.total = std::max(to.total, share.total);
}

}  // namespace

Measurement::Measurement(const CpuProfile& profile, const Project& project, const FileSystem& fs,
                         const std::string& root)
    : project_(project) {
  Scripts scripts(project, fs, root);
  std::map<FileId, Finder> finders;
  const auto finder = [&](FileId file) -> const Finder& {
    return finders.try_emplace(file, project[file]).first->second;
  };

  const double busy = std::max(profile.total_us, 1.0);
  // Each function where its source map leads, and in the script itself: some are the compiler's own and in no source.
  struct Found {
    bool mapped = false;
    FunctionRef source, run;
  };
  struct Fit {  // samples, by whether there is such a function
    uint64_t placed = 0, misplaced = 0;
    void Count(bool is_there, uint64_t samples) { (is_there ? placed : misplaced) += std::max<uint64_t>(samples, 1); }
    bool Fits() const { return placed > 0 && placed >= misplaced; }
  };
  std::vector<Found> found(profile.functions.size());
  std::map<std::string, Fit> maps, scripts_fit;  // by script
  uint64_t samples = 0;
  for (size_t i = 0; i < profile.functions.size(); ++i) {
    const ProfiledFunction& f = profile.functions[i];
    samples += f.samples;
    if (f.line == 0 || f.url.empty()) continue;
    const auto place = [&](const Scripts::Spot& spot) {
      const FunctionId id = finder(spot.file).At(spot.line, spot.column, f.name);
      return Some(id) ? FunctionRef{spot.file, id} : FunctionRef{};
    };
    const Scripts::Spot spot = scripts.At(f.url, f.line, f.column);
    if (spot.mapped) {
      found[i].mapped = true;
      found[i].source = place(spot);
      maps[f.url].Count(Some(found[i].source.function), f.samples);
    }
    if (const Scripts::Spot run = scripts.AsRun(f.url, f.line, f.column); Some(run.file)) {
      found[i].run = place(run);
      scripts_fit[f.url].Count(Some(found[i].run.function), f.samples);
    }
  }
  const auto fits = [](const std::map<std::string, Fit>& all, const std::string& url) {
    const auto it = all.find(url);
    return it != all.end() && it->second.Fits();
  };
  absl::flat_hash_map<size_t, FunctionRef> refs;
  for (size_t i = 0; i < found.size(); ++i) {
    const std::string& url = profile.functions[i].url;
    FunctionRef ref;
    if (fits(maps, url)) ref = found[i].source;
    if (!Some(ref.function) && fits(scripts_fit, url)) ref = found[i].run;
    if (Some(ref.function)) refs.emplace(i, ref);
  }
  warnings_ = scripts.Warnings();
  for (const auto& [url, fit] : maps) {
    if (fit.Fits()) continue;
    if (!fits(scripts_fit, url)) {
      if (!scripts_fit.contains(url)) scripts_fit[url] = fit;
    } else if (fit.misplaced * 100 >= samples) {  // of a few, they may all be the compiler's
      warnings_.push_back(Cat(Scripts::PathOf(url), ": its source map is not used: it leads ", fit.misplaced, " of ",
                              fit.misplaced + fit.placed,
                              " samples to where no such function is; they are shown in the generated code"));
    }
  }
  for (const auto& [url, fit] : scripts_fit) {
    if (fit.Fits() || fits(maps, url)) continue;
    warnings_.push_back(Cat(Scripts::PathOf(url),
                            ": left out, for the profile was taken of other sources: ", fit.misplaced, " of ",
                            fit.misplaced + fit.placed, " samples fall where no such function is"));
  }
  std::sort(warnings_.begin(), warnings_.end());

  for (size_t i = 0; i < profile.functions.size(); ++i) {
    const ProfiledFunction& f = profile.functions[i];
    if (f.url.empty() && (f.name == "(root)" || f.name == "(idle)" || f.name == "(program)")) continue;
    Row row;
    row.name = f.name;
    row.script = Scripts::PathOf(f.url).empty() ? f.url : Scripts::PathOf(f.url);
    row.line = f.line;
    row.share = {f.self_us / busy, f.own_us / busy, f.total_us / busy};
    row.samples = f.samples;
    if (const auto it = refs.find(i); it != refs.end()) {
      row.function = it->second;
      Add(shares_[it->second], row.share);
      covered_ += row.share.own;
    }
    rows_.push_back(std::move(row));
  }
  std::stable_sort(rows_.begin(), rows_.end(), [](const Row& a, const Row& b) {
    return std::tie(b.share.own, b.share.total) < std::tie(a.share.own, a.share.total);
  });
}

std::vector<FunctionRef> Measurement::Hot() const {
  std::vector<FunctionRef> hot;
  for (const Row& row : rows_) {
    if (Some(row.function.file) && row.share.own >= 0.01) hot.push_back(row.function);
  }
  return hot;
}

FunctionId Measurement::FunctionAt(const Place& place) const {
  return Finder(project_[place.file]).Innermost(place.span.start);
}

Share Measurement::At(const Place& place) const {
  const auto it = shares_.find(FunctionRef{place.file, FunctionAt(place)});
  return it == shares_.end() ? Share{} : it->second;
}

}  // namespace looplint
