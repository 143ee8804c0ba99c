// Writes a log as its results come, in memory that does not grow with their number.
#ifndef LOOPLINT_SARIF_WRITER_H_
#define LOOPLINT_SARIF_WRITER_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "sarif/sarif.h"

namespace looplint::sarif {

// Takes bytes of the document; false when they could not be written, which ends the log.
using Sink = std::function<bool(std::string_view)>;

class Writer {
 public:
  // Writes everything before the results.
  Writer(Sink sink, const RunInfo& run, Limits limits = {});
  ~Writer();
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  // Flows beyond the limit of steps are left out, the first one is cut in its middle.
  void Add(const Result& result);
  // Writes what follows the results. False when some bytes could not be written.
  bool Finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// A path as a URI reference: percent-encoded UTF-8; bytes that are none are kept as they are, encoded.
std::string UriOf(std::string_view path);

// How many of `results`, the weightiest first, fit the limits. `level(i)` and `write(i, writer)` give the results in the
// order of the log; `keep(i)` tells afterwards whether one is in. Sizes are measured by writing.
class Selection {
 public:
  Selection(const RunInfo& run, Limits limits, uint64_t results, const std::function<Level(uint64_t)>& level,
            const std::function<Result(uint64_t)>& result);
  bool keep(uint64_t i) const { return kept_.empty() || kept_[i]; }
  uint64_t dropped() const { return dropped_; }

 private:
  std::vector<bool> kept_;  // empty: all
  uint64_t dropped_ = 0;
};

}  // namespace looplint::sarif

#endif  // LOOPLINT_SARIF_WRITER_H_
