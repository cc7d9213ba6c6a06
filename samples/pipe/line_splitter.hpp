// Cuts a stream of bytes into lines, however the bytes come in pieces. A line ends with LF or CR LF, which are not part
// of it; what stands behind the last one is a line too.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace pipe_sample {

class LineSplitter {
 public:
  // `line` is good during the call. `cut`: the line was longer than the limit and this is its beginning.
  using Sink = std::function<void(std::string_view line, bool cut)>;

  // Holds at most about `most_bytes`, so that a program that never ends its line cannot fill the memory.
  LineSplitter(std::size_t most_bytes, Sink sink);

  void feed(std::string_view bytes);
  // The input has ended.
  void finish();

 private:
  void keep(std::string_view bytes);
  void end_line(bool may_have_cr);

  std::size_t most_bytes_;
  Sink sink_;
  std::string line_;   // one byte over the limit at most: the CR of a line's end is not part of it
  bool over_ = false;  // bytes of this line were thrown away
};

}  // namespace pipe_sample
