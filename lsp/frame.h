// The base protocol: bytes to messages. Knows headers, not JSON.
#ifndef LOOPLINT_LSP_FRAME_H_
#define LOOPLINT_LSP_FRAME_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace looplint::lsp {

// Takes bytes as they come and gives bodies as they are complete. Any bytes will do: what is no header is passed over
// up to the next Content-Length, a body over the limit is read past without being kept. Memory is bounded by the
// largest body allowed.
class FrameReader {
 public:
  explicit FrameReader(size_t max_body = size_t{256} << 20) : max_body_(max_body) {}
  void Feed(std::string_view bytes);
  enum class Got : uint8_t {
    kNothing,  // more bytes are needed
    kBody,
    kGarbage,  // something that is no message was passed over; told once for each stretch
    kTooLong,  // a body was beyond the limit
  };
  Got Next(std::string& body);

 private:
  bool ParseHeader(std::string_view header, size_t& length) const;
  size_t max_body_;
  std::string buffer_;
  size_t at_ = 0;       // consumed of buffer_
  size_t skip_ = 0;     // bytes of a body too long that are still to come
  bool lost_ = false;   // between messages, in garbage that was told of
};

// With its header.
std::string Frame(std::string_view body);

}  // namespace looplint::lsp

#endif  // LOOPLINT_LSP_FRAME_H_
