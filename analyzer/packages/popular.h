// Names that can be mistaken for those of popular packages. The names are in popular_packages.txt, with their source
// and date, and embedded at build time.
#ifndef LOOPLINT_ANALYZER_PACKAGES_POPULAR_H_
#define LOOPLINT_ANALYZER_PACKAGES_POPULAR_H_

#include <string>
#include <string_view>

namespace looplint {

// True for a name on the list, popular or merely known.
bool IsKnownPackage(std::string_view name);

// The popular name that `name` is a slip away from: a letter more, less, other or swapped, other separators, a scope
// written as a prefix. "" for names on the list and those that resemble none. Digits that count versions and slips in
// the first letter say nothing.
std::string_view LookalikeOf(std::string_view name);

}  // namespace looplint

#endif  // LOOPLINT_ANALYZER_PACKAGES_POPULAR_H_
