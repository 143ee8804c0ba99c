// URLs as the WHATWG URL Standard parses them, as far as module specifiers need it: every scheme is recognised, hosts
// are not checked for internationalised names.
#ifndef LOOPLINT_RESOLVER_URL_H_
#define LOOPLINT_RESOLVER_URL_H_

#include <optional>
#include <string>
#include <string_view>

namespace looplint {

struct Url {
  std::string scheme;  // "file"
  std::string authority;  // with user and port; only if has_authority
  bool has_authority = false;
  std::string pathname;   // percent-encoded; of an opaque path ("data:x") all of it
  std::string search;     // "?x" or ""
  std::string hash;       // "#x" or ""
  bool has_query = false, has_fragment = false;  // a lone '?' or '#' is part of the address, though of no member above
  bool is_file() const { return scheme == "file"; }
  std::string href() const;
};

// nullopt: the constructor URL would throw. `base` may be null.
std::optional<Url> ParseUrl(std::string_view input, const Url* base = nullptr);
// Of an absolute path, normalised; a trailing '/' stays.
Url FileUrl(std::string_view path);

enum class FileUrlError { kNone, kScheme, kHost, kEncodedSlash, kMalformed };
// The path a file URL means: percent-decoded.
FileUrlError PathOfFileUrl(const Url& url, std::string& path);

// True when a path consists of characters that neither URLs nor percent-decoding touch, has no empty and no dot
// segments: then joining paths and joining URLs is the same.
bool IsPlainPath(std::string_view path);
bool HasEncodedSeparator(std::string_view text);  // %2F or %5C

}  // namespace looplint

#endif  // LOOPLINT_RESOLVER_URL_H_
