#include "resolver/url.h"

#include <array>
#include <cstdint>
#include <vector>

#include "analyzer/base/strings.h"

namespace looplint {
namespace {

bool IsAlpha(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }
int HexDigit(char c) { return IsDigit(c) ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1; }
char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

// Percent-encode sets of the standard.
bool InFragmentSet(char c) { return static_cast<unsigned char>(c) <= 0x20 || static_cast<unsigned char>(c) >= 0x7F || c == '"' || c == '<' || c == '>' || c == '`'; }
bool InQuerySet(char c) { return static_cast<unsigned char>(c) <= 0x20 || static_cast<unsigned char>(c) >= 0x7F || c == '"' || c == '#' || c == '<' || c == '>'; }
bool InPathSet(char c) { return InQuerySet(c) || c == '?' || c == '^' || c == '`' || c == '{' || c == '}'; }
bool InControlSet(char c) { return static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) >= 0x7F; }

void Encode(std::string& out, char c) {
  constexpr char kHex[] = "0123456789ABCDEF";
  out += '%';
  out += kHex[static_cast<unsigned char>(c) >> 4];
  out += kHex[static_cast<unsigned char>(c) & 15];
}

template <typename Set>
std::string EncodeAll(std::string_view text, Set in_set) {
  std::string out;
  for (const char c : text) {
    if (in_set(c)) {
      Encode(out, c);
    } else {
      out += c;
    }
  }
  return out;
}

bool IsSpecial(std::string_view scheme) {
  return scheme == "http" || scheme == "https" || scheme == "ws" || scheme == "wss" || scheme == "ftp" || scheme == "file";
}
std::string_view DefaultPort(std::string_view scheme) {
  return scheme == "http" || scheme == "ws" ? "80" : scheme == "https" || scheme == "wss" ? "443" : scheme == "ftp" ? "21" : "";
}

// 0: no dot segment, 1: ".", 2: "..", also percent-encoded.
int DotSegment(std::string_view s) {
  int dots = 0;
  for (size_t i = 0; i < s.size();) {
    if (s[i] == '.') {
      ++i;
    } else if (s.size() - i >= 3 && s[i] == '%' && s[i + 1] == '2' && Lower(s[i + 2]) == 'e') {
      i += 3;
    } else {
      return 0;
    }
    if (++dots > 2) return 0;
  }
  return dots;
}

bool IsDriveLetter(std::string_view s) { return s.size() == 2 && IsAlpha(s[0]) && (s[1] == ':' || s[1] == '|'); }

// Appends the segments of `text` to `segments` as the path state does.
void AddPath(std::vector<std::string>& segments, std::string_view text, bool special, bool file) {
  size_t i = 0;
  for (;;) {
    size_t end = i;
    while (end < text.size() && text[end] != '/' && !(special && text[end] == '\\')) ++end;
    const bool last = end >= text.size();
    const std::string_view segment = text.substr(i, end - i);
    const int dots = DotSegment(segment);
    if (dots == 2) {
      if (!segments.empty() && !(file && segments.size() == 1 && IsDriveLetter(segments[0]) && segments[0][1] == ':')) segments.pop_back();
      if (last) segments.emplace_back();
    } else if (dots == 1) {
      if (last) segments.emplace_back();
    } else {
      std::string encoded = EncodeAll(segment, InPathSet);
      if (file && segments.empty() && IsDriveLetter(encoded)) encoded[1] = ':';
      segments.push_back(std::move(encoded));
    }
    if (last) return;
    i = end + 1;
  }
}

std::string JoinSegments(const std::vector<std::string>& segments) {
  std::string out;
  for (const std::string& s : segments) {
    out += '/';
    out += s;
  }
  return out;
}

std::vector<std::string> Split(std::string_view pathname) {
  std::vector<std::string> out;
  size_t i = pathname.starts_with('/') ? 1 : 0;
  for (;;) {
    const size_t end = pathname.find('/', i);
    out.emplace_back(pathname.substr(i, end == std::string_view::npos ? end : end - i));
    if (end == std::string_view::npos) return out;
    i = end + 1;
  }
}

bool ForbiddenHost(char c, bool special) {
  const std::string_view forbidden("\0\t\n\r #/:<>?@[\\]^|", 17);
  if (forbidden.find(c) != std::string_view::npos) return true;
  return special && (static_cast<unsigned char>(c) < 0x20 || c == '%' || c == 0x7F);
}

// False when the host is no host.
bool ParseHost(std::string_view text, bool special, std::string& out) {
  if (text.starts_with('[')) {
    if (!text.ends_with(']') || text.size() < 4) return false;
    for (const char c : text.substr(1, text.size() - 2)) {
      if (HexDigit(c) < 0 && c != ':' && c != '.') return false;
    }
    for (const char c : text) out += Lower(c);
    return true;
  }
  std::string decoded;
  if (special) {
    for (size_t i = 0; i < text.size(); ++i) {
      if (text[i] == '%' && i + 2 < text.size() && HexDigit(text[i + 1]) >= 0 && HexDigit(text[i + 2]) >= 0) {
        decoded += static_cast<char>(HexDigit(text[i + 1]) << 4 | HexDigit(text[i + 2]));
        i += 2;
      } else {
        decoded += text[i];
      }
    }
  } else {
    decoded = std::string(text);
  }
  for (const char c : decoded) {
    if (ForbiddenHost(c, special)) return false;
  }
  if (special) {
    for (char& c : decoded) c = Lower(c);
    // A last label that is a number makes it an IPv4 address, which must be one.
    std::string_view host = decoded;
    if (host.ends_with('.')) host.remove_suffix(1);
    const std::string_view label = host.substr(host.rfind('.') == std::string_view::npos ? 0 : host.rfind('.') + 1);
    bool digits = !label.empty();
    for (const char c : label) digits = digits && IsDigit(c);
    if (digits) {
      int parts = 0;
      size_t i = 0;
      while (i <= host.size()) {
        size_t end = host.find('.', i);
        if (end == std::string_view::npos) end = host.size();
        const std::string_view part = host.substr(i, end - i);
        if (part.empty() || part.size() > 10) return false;
        uint64_t value = 0;
        for (const char c : part) {
          if (!IsDigit(c)) return false;
          value = value * 10 + static_cast<uint64_t>(c - '0');
        }
        if (++parts > 4 || (end < host.size() && value > 255)) return false;
        i = end + 1;
      }
    }
    out += decoded;
  } else {
    out += EncodeAll(decoded, InControlSet);
  }
  return true;
}

bool ParseAuthority(std::string_view text, Url& url) {
  const bool special = IsSpecial(url.scheme);
  const size_t at = text.rfind('@');
  if (at != std::string_view::npos) {
    if (url.is_file()) return false;
    std::string_view user = text.substr(0, at);
    const auto in_set = [](char c) { return InPathSet(c) || std::string_view("/:;=@[\\]|").find(c) != std::string_view::npos; };
    const size_t colon = user.find(':');
    const std::string name = EncodeAll(user.substr(0, colon), in_set);
    const std::string password = colon == std::string_view::npos ? "" : EncodeAll(user.substr(colon + 1), in_set);
    text.remove_prefix(at + 1);
    if (text.empty()) return false;
    if (!name.empty() || !password.empty()) url.authority = Cat(name, password.empty() ? "" : ":", password, "@");
  }
  std::string_view port;
  const size_t bracket = text.rfind(']');
  const size_t colon = text.find(':', bracket == std::string_view::npos ? 0 : bracket);
  if (colon != std::string_view::npos) {
    if (url.is_file()) return false;
    port = text.substr(colon + 1);
    text = text.substr(0, colon);
    if (text.empty()) return false;
  }
  if (text.empty() && special && !url.is_file()) return false;
  std::string host;
  if (!text.empty() && !ParseHost(text, special, host)) return false;
  if (url.is_file() && host == "localhost") host.clear();
  url.authority += host;
  if (!port.empty()) {
    uint64_t value = 0;
    for (const char c : port) {
      if (!IsDigit(c)) return false;
      value = value * 10 + static_cast<uint64_t>(c - '0');
      if (value > 65535) return false;
    }
    const std::string number = Cat(value);
    if (number != DefaultPort(url.scheme)) url.authority += Cat(":", number);
  }
  return true;
}

}  // namespace

std::string Url::href() const {
  // A path that starts with two slashes would read as an authority.
  return Cat(scheme, ":",
             has_authority                ? "//"
             : pathname.starts_with("//") ? "/."
                                          : "",
             authority, pathname, has_query && search.empty() ? "?" : search,
             has_fragment && hash.empty() ? "#" : hash);
}

std::optional<Url> ParseUrl(std::string_view input, const Url* base) {
  while (!input.empty() && static_cast<unsigned char>(input.front()) <= 0x20) input.remove_prefix(1);
  while (!input.empty() && static_cast<unsigned char>(input.back()) <= 0x20) input.remove_suffix(1);
  std::string cleaned;
  if (input.find_first_of("\t\n\r") != std::string_view::npos) {
    for (const char c : input) {
      if (c != '\t' && c != '\n' && c != '\r') cleaned += c;
    }
    input = cleaned;
  }
  Url url;
  std::string_view rest = input;
  size_t i = 0;
  if (!input.empty() && IsAlpha(input[0])) {
    while (i < input.size() && (IsAlpha(input[i]) || IsDigit(input[i]) || input[i] == '+' || input[i] == '-' || input[i] == '.')) ++i;
    if (i < input.size() && input[i] == ':') {
      for (const char c : input.substr(0, i)) url.scheme += Lower(c);
      rest = input.substr(i + 1);
    }
  }
  const bool absolute = !url.scheme.empty();
  if (!absolute) {
    if (base == nullptr || !base->is_file()) return std::nullopt;
    url.scheme = base->scheme;
  }
  const bool special = IsSpecial(url.scheme);
  if (const size_t hash = rest.find('#'); hash != std::string_view::npos) {
    url.has_fragment = true;
    url.hash = hash + 1 < rest.size() ? Cat("#", EncodeAll(rest.substr(hash + 1), InFragmentSet)) : "";
    rest = rest.substr(0, hash);
  }
  if (const size_t query = rest.find('?'); query != std::string_view::npos) {
    url.has_query = true;
    url.search = query + 1 < rest.size()
                     ? Cat("?", EncodeAll(rest.substr(query + 1), [&](char c) { return InQuerySet(c) || (special && c == '\''); }))
                     : "";
    rest = rest.substr(0, query);
  }
  const auto slash = [&](size_t k) { return k < rest.size() && (rest[k] == '/' || (special && rest[k] == '\\')); };
  std::vector<std::string> segments;
  if (url.is_file()) {
    url.has_authority = true;
    const Url* from = base != nullptr && base->is_file() ? base : nullptr;
    if (slash(0) && slash(1)) {
      rest.remove_prefix(2);
      size_t end = 0;
      while (end < rest.size() && !slash(end)) ++end;
      if (IsDriveLetter(rest.substr(0, end))) {
        end = 0;
      } else if (!ParseAuthority(rest.substr(0, end), url)) {
        return std::nullopt;
      }
      rest.remove_prefix(end);
      if (slash(0)) rest.remove_prefix(1);
    } else if (slash(0)) {
      rest.remove_prefix(1);
      if (from != nullptr) url.authority = from->authority;
    } else if (from != nullptr) {
      url.authority = from->authority;
      segments = Split(from->pathname);
      if (rest.empty()) {
        url.pathname = from->pathname;
        if (!url.has_query) url.search = from->search, url.has_query = from->has_query;
        return url;
      }
      segments.pop_back();
    }
    AddPath(segments, rest, true, true);
    url.pathname = JoinSegments(segments);
    return url;
  }
  if (special) {
    while (slash(0)) rest.remove_prefix(1);
    size_t end = 0;
    while (end < rest.size() && !slash(end)) ++end;
    url.has_authority = true;
    if (!ParseAuthority(rest.substr(0, end), url)) return std::nullopt;
    rest.remove_prefix(end);
    if (slash(0)) rest.remove_prefix(1);
    AddPath(segments, rest, true, false);
    url.pathname = JoinSegments(segments);
    return url;
  }
  if (rest.starts_with("//")) {
    rest.remove_prefix(2);
    const size_t end = std::min(rest.find('/'), rest.size());
    url.has_authority = true;
    if (!ParseAuthority(rest.substr(0, end), url)) return std::nullopt;
    rest.remove_prefix(end);
    if (!rest.empty()) {
      AddPath(segments, rest.substr(1), false, false);
      url.pathname = JoinSegments(segments);
    }
    return url;
  }
  if (rest.starts_with('/')) {
    AddPath(segments, rest.substr(1), false, false);
    url.pathname = JoinSegments(segments);
    return url;
  }
  url.pathname = EncodeAll(rest, InControlSet);
  if (url.search.empty() && !url.has_fragment && !url.has_query) {
    while (url.pathname.ends_with(' ')) url.pathname.pop_back();
  }
  return url;
}

Url FileUrl(std::string_view path) {
  Url url;
  url.scheme = "file";
  url.has_authority = true;
  url.pathname.reserve(path.size());
  for (const char c : path) {
    if (c == '%' || c == '\\' || c == '\n' || c == '\r' || c == '\t' || InPathSet(c)) {
      Encode(url.pathname, c);
    } else {
      url.pathname += c;
    }
  }
  return url;
}

FileUrlError PathOfFileUrl(const Url& url, std::string& path) {
  path.clear();
  if (!url.is_file()) return FileUrlError::kScheme;
  if (!url.authority.empty()) return FileUrlError::kHost;
  const std::string_view s = url.pathname;
  for (size_t i = 0; i < s.size(); ++i) {
    if (s[i] != '%') {
      path += s[i];
      continue;
    }
    if (i + 2 >= s.size()) return FileUrlError::kMalformed;
    const int high = HexDigit(s[i + 1]), low = HexDigit(s[i + 2]);
    if (high == 2 && low == 15) return FileUrlError::kEncodedSlash;
    if (high < 0 || low < 0) return FileUrlError::kMalformed;
    path += static_cast<char>(high << 4 | low);
    i += 2;
  }
  // decodeURIComponent wants UTF-8.
  for (size_t i = 0; i < path.size();) {
    const auto at = [&](size_t k) { return k < path.size() ? static_cast<unsigned char>(path[k]) : 0u; };
    const unsigned c = at(i);
    const size_t length = c < 0x80 ? 1 : c >= 0xC2 && c < 0xE0 ? 2 : c >= 0xE0 && c < 0xF0 ? 3 : c >= 0xF0 && c < 0xF5 ? 4 : 0;
    if (length == 0) return FileUrlError::kMalformed;
    for (size_t k = 1; k < length; ++k) {
      if ((at(i + k) & 0xC0) != 0x80) return FileUrlError::kMalformed;
    }
    if ((c == 0xE0 && at(i + 1) < 0xA0) || (c == 0xED && at(i + 1) >= 0xA0) || (c == 0xF0 && at(i + 1) < 0x90) ||
        (c == 0xF4 && at(i + 1) >= 0x90)) {
      return FileUrlError::kMalformed;
    }
    i += length;
  }
  return FileUrlError::kNone;
}

namespace {
constexpr auto MakePlain() {
  std::array<bool, 256> plain{};
  for (const char c : std::string_view("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.~/@+,=!$&'();")) {
    plain[static_cast<unsigned char>(c)] = true;
  }
  return plain;
}
constexpr std::array<bool, 256> kPlain = MakePlain();
}  // namespace

bool IsPlainPath(std::string_view path) {
  char before = '/';
  bool dots = true;  // the segment so far consists of dots
  for (size_t i = 0; i < path.size(); ++i) {
    const char c = path[i];
    if (!kPlain[static_cast<unsigned char>(c)]) return false;
    if (c == '/') {
      if (i > 0 && (before == '/' || dots)) return false;
      dots = true;
    } else if (c != '.') {
      dots = false;
    }
    before = c;
  }
  return path.empty() || !dots || before == '/';
}

bool HasEncodedSeparator(std::string_view s) {
  for (size_t i = 0; (i = s.find('%', i)) != std::string_view::npos; ++i) {
    if (i + 2 >= s.size()) return false;
    if ((s[i + 1] == '2' && Lower(s[i + 2]) == 'f') || (s[i + 1] == '5' && Lower(s[i + 2]) == 'c')) return true;
  }
  return false;
}

}  // namespace looplint
