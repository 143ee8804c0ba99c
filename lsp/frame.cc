#include "lsp/frame.h"

#include <algorithm>
#include <charconv>

#include "analyzer/base/strings.h"

namespace looplint::lsp {
namespace {

constexpr size_t kMaxHeader = 4096;
constexpr std::string_view kLength = "content-length:";

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool MayBeginName(char c) { return Lower(c) >= 'a' && Lower(c) <= 'z'; }

bool StartsWithNoCase(std::string_view text, std::string_view lower) {
  return text.size() >= lower.size() &&
         std::equal(lower.begin(), lower.end(), text.begin(), [](char a, char b) { return a == Lower(b); });
}

// Whether `text`, which may go on, begins with a length.
bool MayBegin(std::string_view text) {
  const size_t n = std::min(text.size(), kLength.size());
  return std::equal(text.begin(), text.begin() + static_cast<ptrdiff_t>(n), kLength.begin(),
                    [](char a, char b) { return Lower(a) == b; });
}

// Where the next header may begin, at or after `from`; npos when there is no trace of one.
size_t FindHeader(std::string_view text, size_t from) {
  for (size_t i = from; i < text.size(); ++i) {
    if (MayBegin(text.substr(i))) return i;
  }
  return std::string_view::npos;
}

}  // namespace

void FrameReader::Feed(std::string_view bytes) {
  const size_t skipped = std::min(skip_, bytes.size());
  skip_ -= skipped;
  bytes.remove_prefix(skipped);
  if (at_ > 0 && (at_ == buffer_.size() || at_ > (size_t{1} << 20))) {
    buffer_.erase(0, at_);
    at_ = 0;
    if (buffer_.empty() && buffer_.capacity() > (size_t{4} << 20)) buffer_.shrink_to_fit();
  }
  buffer_.append(bytes);
}

// Lines of "Name: value"; exactly one length.
bool FrameReader::ParseHeader(std::string_view header, size_t& length) const {
  bool found = false;
  while (!header.empty()) {
    const size_t end = std::min(header.find('\n'), header.size());
    std::string_view line = header.substr(0, end);
    header.remove_prefix(std::min(end + 1, header.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    const size_t name = line.find(':');
    if (name == std::string_view::npos || !MayBeginName(line.front())) return false;
    for (const char c : line.substr(0, name)) {
      if (c != '-' && (Lower(c) < 'a' || Lower(c) > 'z')) return false;
    }
    if (!StartsWithNoCase(line, kLength)) continue;
    if (found) return false;
    line.remove_prefix(kLength.size());
    while (!line.empty() && (line.front() == ' ' || line.front() == '\t')) line.remove_prefix(1);
    while (!line.empty() && (line.back() == ' ' || line.back() == '\t')) line.remove_suffix(1);
    const auto [rest, error] = std::from_chars(line.data(), line.data() + line.size(), length);
    if (error != std::errc() || rest != line.data() + line.size()) return false;
    found = true;
  }
  return found;
}

FrameReader::Got FrameReader::Next(std::string& body) {
  for (;;) {
    if (skip_ > 0) {
      const size_t here = std::min(skip_, buffer_.size() - at_);
      at_ += here;
      skip_ -= here;
      if (skip_ > 0) return Got::kNothing;
    }
    const std::string_view text = std::string_view(buffer_).substr(at_);
    if (text.empty()) return Got::kNothing;
    // After garbage only a length begins a header. What looked like one when less of it was here may be none.
    if (lost_ && !MayBegin(text)) {
      const size_t next = FindHeader(text, 1);
      at_ += next == std::string_view::npos ? text.size() : next;
      continue;
    }
    // A header ends with an empty line. Some clients write bare newlines.
    size_t end = text.substr(0, kMaxHeader).find("\r\n\r\n"), body_at = end + 4;
    if (const size_t bare = text.substr(0, kMaxHeader).find("\n\n"); bare < end) end = bare, body_at = bare + 2;
    size_t length = 0;
    if (end != std::string_view::npos && ParseHeader(text.substr(0, end), length)) {
      lost_ = false;
      if (length > max_body_) {
        at_ += body_at;
        skip_ = length;
        const size_t here = std::min(skip_, buffer_.size() - at_);
        at_ += here;
        skip_ -= here;
        return Got::kTooLong;
      }
      if (text.size() - body_at < length) return Got::kNothing;
      body.assign(text.substr(body_at, length));
      at_ += body_at + length;
      return Got::kBody;
    }
    // A header that is still coming looks like one so far.
    if (end == std::string_view::npos && text.size() < kMaxHeader) {
      const size_t colon = text.find(':'), newline = text.find('\n');
      if (MayBeginName(text.front()) && (newline == std::string_view::npos || colon < newline)) return Got::kNothing;
    }
    // A header that is wrong goes as a whole: what is in it may look like another.
    const bool whole = end != std::string_view::npos && StartsWithNoCase(text, kLength);
    const size_t next = whole ? body_at : FindHeader(text, 1);
    at_ += next == std::string_view::npos ? text.size() : next;
    if (!lost_) {
      lost_ = true;
      return Got::kGarbage;
    }
  }
}

std::string Frame(std::string_view body) { return Cat("Content-Length: ", body.size(), "\r\n\r\n", body); }

}  // namespace looplint::lsp
