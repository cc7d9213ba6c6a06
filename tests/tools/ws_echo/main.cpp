// pushwire-ws-echo: a WebSocket server that says what it hears, for conformance suites such as Autobahn's: text and
// binary messages of up to 16 MiB, on any path, with any subprotocol and no extension. It frames as the library does,
// with nothing above that. Its first line on the standard output is "listening on <address>"; ends with SIGTERM or
// SIGINT.
//
//   --port <n>           default 0: any free one
//   --address <address>  default 127.0.0.1
#include <cstdint>
#include <exception>
#include <iostream>
#include <stdexcept>
#include <string>

#include "tools/ws_echo/echo_server.hpp"

namespace {

struct Flags {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;
};

Flags parse(int argc, char** argv) {
  Flags flags;
  for (int i = 1; i < argc; i += 2) {
    const std::string flag = argv[i];
    if (i + 1 == argc) throw std::invalid_argument(flag + " needs a value");
    const std::string value = argv[i + 1];
    if (flag == "--address") flags.address = value;
    else if (flag == "--port") flags.port = static_cast<std::uint16_t>(std::stoi(value));
    else throw std::invalid_argument("no such flag: " + flag);
  }
  return flags;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const Flags flags = parse(argc, argv);
    pushwire::tools::EchoServer server(flags.address, flags.port);
    const bool v6 = flags.address.find(':') != std::string::npos;
    std::cout << "listening on ws://" << (v6 ? "[" + flags.address + "]" : flags.address) << ':' << server.port() << '/'
              << std::endl;
    server.run();
  } catch (const std::exception& error) {
    std::cerr << "pushwire-ws-echo: " << error.what() << '\n';
    return 1;
  }
  return 0;
}
