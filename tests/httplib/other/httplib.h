// A cpp-httplib that is another than the one that Pushwire was built beside.
#pragma once

#include <string>

namespace httplib {

class Server {
 public:
  int listen(const std::string& where) { return static_cast<int>(where.size()) + offset; }

 private:
  int offset = 1000;
};

struct Request {
  char marks[3] = {'a', 'b', 'c'};
};

}  // namespace httplib
