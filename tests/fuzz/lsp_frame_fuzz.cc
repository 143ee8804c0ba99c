// Any bytes, in any pieces: the frame reader neither crashes nor loses a message that follows.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "lsp/frame.h"
#include "lsp/text.h"

using looplint::lsp::Frame;
using looplint::lsp::FrameReader;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view bytes(reinterpret_cast<const char*>(data), size);
  FrameReader whole(1 << 16), pieces(1 << 16);
  std::string body, all, parts;
  const auto drain = [&body](FrameReader& reader, std::string& out) {
    for (;;) {
      const FrameReader::Got got = reader.Next(body);
      if (got == FrameReader::Got::kNothing) return;
      if (got == FrameReader::Got::kBody) out += "[" + body + "]";
    }
  };
  whole.Feed(bytes);
  drain(whole, all);
  for (size_t at = 0; at < bytes.size();) {
    const size_t n = 1 + (static_cast<unsigned char>(bytes[at]) & 7);
    pieces.Feed(bytes.substr(at, n));
    drain(pieces, parts);
    at += n;
  }
  // How the bytes came makes no difference to what was complete.
  if (all != parts) std::abort();

  // Changes of any form to any text: first the text, then JSON.
  const size_t cut = bytes.find('\n');
  if (cut != std::string_view::npos) {
    std::string text(bytes.substr(0, cut));
    const auto changes = looplint::lsp::Json::parse(bytes.substr(cut + 1), nullptr, false);
    if (!changes.is_discarded()) {
      for (const auto unit : {looplint::ColumnUnit::kUtf8, looplint::ColumnUnit::kUtf16, looplint::ColumnUnit::kCodePoint}) {
        looplint::lsp::ApplyChanges(text, changes, unit);
        if (text.size() > (1 << 20)) break;
      }
    }
  }
  return 0;
}
