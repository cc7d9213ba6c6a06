// Sends back the body of every request, of whatever method and path:
//
//   pushwire-http-echo [--port N] [--address A]
//
// The first line on stdout is "listening on http://127.0.0.1:PORT/". Runs until SIGTERM or SIGINT.
#include <pthread.h>

#include <csignal>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <string>

#include "pushwire/pages.hpp"

namespace {

void echo(const httplib::Request& request, httplib::Response& answer) {
  const std::string type = request.get_header_value("Content-Type");
  answer.set_content(request.body, type.empty() ? "application/octet-stream" : type);
}

pushwire::Options options_of(int count, char** words) {
  pushwire::Options options;
  for (int i = 1; i < count; i += 2) {
    const std::string name = words[i];
    if (i + 1 == count) throw std::invalid_argument(name + " wants a value");
    if (name == "--port") {
      const int port = std::stoi(words[i + 1]);
      if (port < 0 || port > UINT16_MAX) throw std::invalid_argument("--port is 0 to 65535");
      options.port(static_cast<std::uint16_t>(port));
    } else if (name == "--address") {
      options.address(words[i + 1]).insecure_lan();
    } else {
      throw std::invalid_argument("unknown option " + name);
    }
  }
  return options;
}

}  // namespace

int main(int count, char** words) {
  // Before there is another thread, which would take them.
  sigset_t ends;
  sigemptyset(&ends);
  sigaddset(&ends, SIGTERM);
  sigaddset(&ends, SIGINT);
  pthread_sigmask(SIG_BLOCK, &ends, nullptr);
  try {
    pushwire::Server web{options_of(count, words)};
    constexpr const char* kAll = "[\\s\\S]*";
    web.pages()
        .Get(kAll, echo)
        .Post(kAll, echo)
        .Put(kAll, echo)
        .Patch(kAll, echo)
        .Delete(kAll, echo)
        .Options(kAll, echo);
    web.start();
    std::printf("listening on %s\n", web.url().c_str());
    std::fflush(stdout);
    int which = 0;
    sigwait(&ends, &which);
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "pushwire-http-echo: %s\n", error.what());
    return 2;
  }
}
