// Its own httplib and Pushwire in one program: neither meets the other.
#include <cstdio>

#include "httplib.h"
#include "pushwire/pushwire.hpp"

int main() {
  httplib::Server own;
  const httplib::Request request;
  pushwire::Server web;
  auto ready = web.event<int>("ready", pushwire::latest());
  web.start();
  const bool good = ready.emit(1) == pushwire::EmitStatus::ok && web.port() != 0 && own.listen("abc") == 1003 &&
                    request.marks[2] == 'c';
  std::printf("%s\n", good ? "good" : "bad");
  return good ? 0 : 1;
}
