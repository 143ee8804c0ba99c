#include "analyzer/engine/analyze.h"

#include <time.h>

#include <algorithm>
#include <chrono>
#include <tuple>

#include "analyzer/base/strings.h"
#include "analyzer/model/lower.h"

namespace looplint {
namespace {

double CpuMs(clockid_t clock) {
  timespec t;
  clock_gettime(clock, &t);
  return static_cast<double>(t.tv_sec) * 1e3 + static_cast<double>(t.tv_nsec) / 1e6;
}
double ThreadMs() { return CpuMs(CLOCK_THREAD_CPUTIME_ID); }
double ProcessMs() { return CpuMs(CLOCK_PROCESS_CPUTIME_ID); }

double& Of(Stats& stats, Phase phase) { return stats.cpu_ms[static_cast<size_t>(phase)]; }

void Enter(Progress* progress, Phase phase, uint64_t total) {
  if (progress == nullptr) return;
  progress->phase = static_cast<uint32_t>(phase);
  progress->done = 0;
  progress->total = total;
}

// A package that registers request handlers or listens is a server, one with a bin a command-line program, one with
// an entry point for others a library.
void FindKinds(Project& project, const Facts& facts) {
  std::map<const Manifest*, ProgramKind> kinds;
  for (const Entry& e : facts.calls.entries()) {
    if (e.context != Context::kRequest && e.context != Context::kJob) continue;
    const File& f = project[e.function.file];
    if (f.role == FileRole::kSource) kinds[f.manifest] = ProgramKind::kServer;
  }
  for (const Manifest& m : project.resolver().manifests()) {
    if (kinds.count(&m) > 0) continue;
    if (m.has_bin) {
      kinds[&m] = ProgramKind::kCli;
    } else if (!m.is_private && (!m.main.empty() || !m.exports.empty() || !m.module.empty())) {
      kinds[&m] = ProgramKind::kLibrary;
    }
  }
  for (const auto& [manifest, kind] : kinds) project.SetKind(manifest, kind);
}

}  // namespace

Result Analyze(const Input& input, const StopToken& stop, Progress* progress) {
  Result result;
  const auto begin = std::chrono::steady_clock::now();
  const int threads = input.threads > 0 ? input.threads : DefaultThreads();
  const Knowledge& knowledge = input.knowledge != nullptr ? *input.knowledge : Knowledge::Builtin();
  const size_t n = input.files.size();
  struct Slot {
    std::unique_ptr<File> file;
    std::string unreadable;
    double read = 0, parse = 0, lower = 0;
    uint64_t lines = 0;
  };
  std::vector<Slot> slots(n);
  Enter(progress, Phase::kParse, n);
  ParallelFor(threads, n, stop, [&](size_t i) {
    Slot& slot = slots[i];
    const double t0 = ThreadMs();
    absl::StatusOr<std::string> text = input.fs->Read(JoinPath(input.root, input.files[i]), input.max_file_bytes);
    const double t1 = ThreadMs();
    slot.read = t1 - t0;
    if (!text.ok()) {
      slot.unreadable = std::string(text.status().message());
      if (progress != nullptr) ++progress->done;
      return;
    }
    if (!input.skip || !input.skip(input.files[i], *text)) {
      auto file = std::make_unique<File>();
      file->path = input.files[i];
      file->text = *std::move(text);
      file->language = LanguageOf(file->path);
      file->role = RoleOfPath(file->path);
      Syntax syntax = Parse(file->text, file->language);
      const double t2 = ThreadMs();
      file->model = Lower(file->text, std::move(syntax));
      slot.parse = t2 - t1;
      slot.lower = ThreadMs() - t2;
      slot.lines = static_cast<uint64_t>(std::count(file->text.begin(), file->text.end(), '\n'));
      slot.file = std::move(file);
    }
    if (progress != nullptr) ++progress->done;
  });

  ReleaseParser();

  Stats& stats = result.stats;
  std::vector<std::unique_ptr<File>> files;
  for (size_t i = 0; i < n; ++i) {
    Slot& slot = slots[i];
    Of(stats, Phase::kRead) += slot.read;
    Of(stats, Phase::kParse) += slot.parse;
    Of(stats, Phase::kLower) += slot.lower;
    if (!slot.unreadable.empty()) result.unreadable.push_back({input.files[i], std::move(slot.unreadable)});
    if (slot.file == nullptr) continue;
    ++stats.files;
    stats.bytes += slot.file->text.size();
    stats.lines += slot.lines;
    stats.nodes += slot.file->model.syntax.size();
    stats.functions += slot.file->model.functions.size();
    stats.calls += slot.file->model.calls.size();
    stats.model_bytes += slot.file->model.bytes();
    files.push_back(std::move(slot.file));
  }
  slots.clear();
  MarkBrowserFiles(files);
  double mark = ProcessMs();
  const auto lap = [&](Phase phase) {
    const double now = ProcessMs();
    Of(stats, phase) += now - mark;
    mark = now;
  };
  const auto finish = [&] {
    result.stopped = stop.stopped();
    stats.wall_ms = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count();
  };

  Enter(progress, Phase::kLink, 0);
  std::vector<Manifest> manifests;
  for (const std::string& path : input.manifests) {
    const absl::StatusOr<std::string> text = input.fs->Read(JoinPath(input.root, path), input.max_file_bytes);
    if (!text.ok()) {
      result.unreadable.push_back({path, std::string(text.status().message())});
      continue;
    }
    absl::StatusOr<Manifest> manifest = ParseManifest(*text, std::string(DirName(path)));
    if (manifest.ok()) {
      manifests.push_back(*std::move(manifest));
    } else {
      result.unreadable.push_back({path, std::string(manifest.status().message())});
    }
  }
  result.project.Link(std::move(files), std::move(manifests), input.knowledge, knowledge);
  lap(Phase::kLink);
  if (stop.stopped()) return finish(), std::move(result);

  Enter(progress, Phase::kInfer, 0);
  Facts& facts = result.facts;
  facts.calls.Infer(result.project, threads, stop);
  if (stop.stopped()) return finish(), std::move(result);
  FindKinds(result.project, facts);
  facts.request.Infer(result.project, facts.calls, Context::kRequest);
  facts.promises.Infer(result.project, facts.calls);
  lap(Phase::kInfer);
  facts.taint.Infer(result.project, facts.calls, threads, stop);
  stats.walks_cut_off = facts.taint.cut_off();
  lap(Phase::kTaint);

  Enter(progress, Phase::kCheck, result.project.size());
  std::vector<std::vector<Finding>> found(result.project.size());
  ParallelFor(threads, result.project.size(), stop, [&](size_t i) {
    const View view(result.project, facts, static_cast<FileId>(i));
    for (const Rule* rule : AllRules()) {
      const Severity severity = input.severity ? input.severity(view.file.path, *rule)
                                : rule->on_by_default ? rule->severity
                                                      : Severity::kOff;
      if (severity == Severity::kOff) continue;
      const size_t first = found[i].size();
      Report report(*rule, view, found[i]);
      rule->check(view, report);
      for (size_t k = first; k < found[i].size(); ++k) {
        Finding& f = found[i][k];
        // A rule may lower the severity of one finding; configuration settles how bad the worst is.
        f.severity = f.severity == Severity::kOff ? severity : std::min(f.severity, severity);
      }
    }
    if (progress != nullptr) ++progress->done;
  });
  for (std::vector<Finding>& f : found) {
    std::sort(f.begin(), f.end(), [](const Finding& a, const Finding& b) {
      return std::tie(a.at.span.start, a.at.span.end, a.rule->id, a.message) <
             std::tie(b.at.span.start, b.at.span.end, b.rule->id, b.message);
    });
    std::move(f.begin(), f.end(), std::back_inserter(result.findings));
  }
  lap(Phase::kCheck);
  finish();
  return result;
}

}  // namespace looplint
