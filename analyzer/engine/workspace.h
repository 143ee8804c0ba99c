// A project that is being edited: the pipeline of Analyze over sources that are kept from one run to the next.
//
// An edit makes one source stale. Two ways lead from there to findings:
//
//   Glance  one file, now: it is parsed from its last tree and looked at within the part of the program around it.
//   Look    all files: stale sources are read anew, the program is linked, inferred and checked as a whole. The
//           answer is that of Analyze on the same bytes, to the last finding.
//
// A Glance may miss what only files far away would tell; it never takes the place of a Look, it bridges the time until
// there is one. Both give a Snapshot, which never changes and owns or shares all it refers to.
//
// Before the first Look nothing is known of the project but what a Glance finds on disk around its file. The first Look
// is of no more work than to ask whether all is as it was at the end of the last session, when it is: then it tells what
// was found then (see memory.h), and models are read when the next one is due.
//
// Memory: a Look needs every model at once. What stays afterwards can be let go by Release: findings and an outline of
// the program are kept, all else comes back when it is needed, from the cache of models or by parsing.
#ifndef LOOPLINT_ANALYZER_ENGINE_WORKSPACE_H_
#define LOOPLINT_ANALYZER_ENGINE_WORKSPACE_H_

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "analyzer/engine/analyze.h"
#include "analyzer/engine/config.h"
#include "analyzer/engine/discover.h"
#include "analyzer/engine/memory.h"
#include "analyzer/engine/suppress.h"
#include "resolver/overlay.h"

namespace looplint {

struct Snapshot {
  Program program;  // empty once released
  std::vector<Finding> findings;  // suppressions applied; sorted by file and place
  std::vector<Suppressed> suppressed;
  std::vector<Unreadable> unreadable;
  std::vector<std::string> failures;  // rules that threw: "family/name in path: what"
  PackageFacts packages;  // of whole ones
  absl::Status configuration;  // what is wrong with configurations further down
  bool whole = false;       // of a Look
  // Of a Look that told what an earlier run found: of the program there are paths, and texts of the files that findings
  // name.
  bool recalled = false;
  uint64_t line_count = 0;  // of such
  uint64_t generation = 0;  // Workspace::generation() it was made from
  // Of whole ones; file ids of findings are its ids, too.
  std::shared_ptr<const Outline> outline;
  std::vector<std::pair<FileId, std::string>> unused;  // comments that were told to suppress nothing
  std::shared_ptr<const Config> config;

  std::span<const Finding> In(FileId file) const;
  uint64_t lines() const;
};

class Workspace {
 public:
  struct Options {
    std::string config;  // absolute path of a configuration; "": found as the command line finds it
    std::vector<std::pair<std::string, std::string>> rules;  // id or family, severity: on top of the configuration
    int threads = 0;
    CacheOptions cache;  // without a folder: none
  };

  // `folder` is absolute. Reads the configuration only.
  Workspace(std::string folder, Options options);
  ~Workspace();

  // All paths are relative to the root, which may lie above the folder.
  const std::string& root() const { return selection_.root; }
  const std::string& folder() const { return folder_; }
  // What is wrong with the configuration, as Config::Load says it; the last good one stays in force.
  const absl::Status& configuration_status() const { return configuration_status_; }
  std::shared_ptr<const Config> config() const { return config_; }
  // Whether findings of the file are wanted: it lies in the folder.
  bool Reports(std::string_view path) const { return selection_.Reports(path); }

  // ---- Changes; each counts one generation. For one thread.
  void Lay(const std::string& path, std::string text);  // text that is not on disk
  void Lift(const std::string& path);
  void Touch(const std::string& path);  // made, changed or removed on disk
  void TouchAll();                      // anything may have happened on disk
  void Reconfigure(Options options);
  uint64_t generation() const { return generation_; }
  bool Laid(const std::string& path) const;

  // Null when the file is not among those to analyze, or its text is to be skipped. For the thread of the changes.
  std::shared_ptr<const Snapshot> Glance(const std::string& path);
  // The paths the last Glance at `path` took in, itself included.
  const std::set<std::string>& Seen(const std::string& path) const;

  // Null when stopped; work done until then is not lost. May run on another thread than the changes.
  std::shared_ptr<const Snapshot> Look(const StopToken& stop, Progress* progress = nullptr);
  // Of the last Look that was not overtaken by a change of the set of files; null before the first.
  std::shared_ptr<const Snapshot> latest() const;

  // Keeps what the last Look found for the next session, unless it knew texts that are on no disk. While no Look is under way.
  void Remember();

  // Lets go of the last Look's program, of the trees kept for parsing and, least recently used first, of sources of
  // files no editor holds, until these are no more than `keep` bytes. While no Look is under way. Memory comes back
  // when nobody shares it any more.
  void Release(uint64_t keep);
  uint64_t source_bytes() const;  // texts and models that are kept

 private:
  struct Entry {
    std::shared_ptr<const SourceFile> source;  // null: not read, to be skipped, or unreadable
    std::string unreadable;
    uint64_t version = 0;      // counts changes
    bool read = false;         // the above is of the bytes now
    bool exact = false;        // and is what Parse makes of them
    bool listed = false;       // discovery found it
    bool laid = false;         // an editor holds it
    bool on_disk = false;      // of those laid
    std::optional<Digest> heard;  // what reading it was answered, see Witness; nullopt: not read, or not any more
    std::unique_ptr<Reparser> reparser;
    uint64_t edited = 0;       // generation
    uint64_t used = 0;         // the last Glance that took it in
  };
  // What an Input refers to.
  struct Setup {
    OverlayFileSystem fs;
    std::string root;
    std::shared_ptr<const Config> config;
    std::shared_ptr<const Knowledge> knowledge;
    Severities severities;
    int threads;
    std::shared_ptr<const Witness> witness;  // over `fs`
    Input InputOf() const;
  };
  void Configure();
  std::unique_ptr<const Setup> SetupNow(bool record) const;  // under the mutex
  bool Wanted(const Entry& entry) const;
  void Changed(const std::string& path);
  // The source of a laid file's text now; null when it is to be skipped.
  std::shared_ptr<const SourceFile> Current(const std::string& path, const Setup& setup);
  // Likewise of a file near one that is looked at; from the disk if it was let go and is no longer than `bytes`, of
  // which it takes its share.
  std::shared_ptr<const SourceFile> Neighbour(const std::string& path, const Setup& setup, size_t& bytes);

  const std::string folder_;
  const CacheOptions cache_;
  Options options_;
  absl::Status configuration_status_;
  std::atomic<uint64_t> generation_{1};
  std::map<std::string, std::set<std::string>> seen_;
  uint64_t glances_ = 0;

  mutable std::mutex mutex_;  // guards what follows
  Selection selection_;
  std::shared_ptr<const Config> root_config_;  // as loaded
  std::shared_ptr<const Config> config_;       // with those further down, once they are discovered
  std::shared_ptr<const Knowledge> knowledge_;
  OverlayFileSystem fs_;
  std::map<std::string, Entry> files_;
  std::vector<std::string> manifests_, documents_;
  absl::Status nested_status_;
  std::vector<Unreadable> unreadable_manifests_;
  // Discovery and manifests are due when what was wanted is more than what is had.
  uint64_t discovery_wanted_ = 1, discovery_had_ = 0, manifests_wanted_ = 1, manifests_had_ = 0;
  std::shared_ptr<const Resolver> resolver_;
  std::vector<std::pair<std::string, Digest>> manifests_heard_;  // of resolver_
  std::shared_ptr<const Snapshot> latest_;
  // What is to be remembered of it; no bytes: nothing, or it is already.
  struct Kept {
    Digest key{};
    std::string bytes;
  };
  Kept kept_;
};

}  // namespace looplint

#endif  // LOOPLINT_ANALYZER_ENGINE_WORKSPACE_H_
