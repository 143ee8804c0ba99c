// Interned strings of one file: equal text, equal id. Ids are dense and in order of first use, so that the same
// file always yields the same ids.
#ifndef LOOPLINT_ANALYZER_BASE_NAMES_H_
#define LOOPLINT_ANALYZER_BASE_NAMES_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/base/ids.h"

namespace looplint {

enum class NameId : uint32_t {};

class Names {
 public:
  Names();
  NameId Intern(std::string_view text);
  // kNone when the text was never interned.
  NameId Find(std::string_view text) const;
  std::string_view operator[](NameId id) const {
    if (!Some(id)) return {};
    const uint32_t i = Index(id);
    return std::string_view(pool_).substr(ends_[i], ends_[i + 1] - ends_[i]);
  }
  size_t size() const { return ends_.size() - 1; }
  // Gives back what growing took in advance; the table stays usable, though the next Intern() of it takes longer.
  void Shrink();
  size_t bytes() const;
  // The tables this consists of, for who writes them down and reads them back.
  template <typename Names, typename F>
  static void EachTable(Names& names, F f) {
    f(names.pool_), f(names.ends_), f(names.slots_), f(names.small_);
  }

 private:
  template <typename Slots>
  uint32_t Slot(const Slots& slots, std::string_view text) const;
  template <typename Slots>
  void Fill(Slots& slots, size_t size) const;
  std::string pool_;
  std::vector<uint32_t> ends_;   // ends_[i]..ends_[i+1] is text i
  // Open addressing, index + 1; a power of two. Which of them is in use: `small_` once shrunk, where that will do.
  std::vector<uint32_t> slots_;
  std::vector<uint16_t> small_;
};

}  // namespace looplint

#endif  // LOOPLINT_ANALYZER_BASE_NAMES_H_
