// pushwire-test-host: a server whose every step the browser tests decide, by commands on its standard input
// (commands.hpp). Its first line on the standard output is "listening on <address>"; then there is a line of JSON for
// each command. Ends with the input.
//
//   --port <n>            default 0: any free one
//   --heartbeat-ms <n>
//   --allow-origin <origin>
//   --host <name>         answers to this name as well
//   --without <transport>
//   --lease-ms <n>        of sessions
//   --tls <chain> <key>   PEM files
//   --tls-self-signed <folder>
//   --launch-token yes    asks everybody for it; the command launch-url tells who has it
//   --trusted-proxy <address>     writes X-Forwarded-For
//   --let-in <address>    all others are 403
//   --users <header>      who asks is told by that field: "name" or "name role role"; without it, or "nobody", 401
#include <chrono>
#include <exception>
#include <iostream>
#include <sstream>
#include <stdexcept>
#include <string>

#include "commands.hpp"
#include "page_files.hpp"
#include "pushwire/pushwire.hpp"

namespace {

pushwire::AuthorizeCallback users(const std::string& header) {
  return [header](const pushwire::Request& request) {
    std::istringstream words(std::string(request.field(header).value_or("nobody")));
    pushwire::Identity identity;
    words >> identity.name;
    if (identity.name == "nobody") throw pushwire::Refusal(401, "say who you are");
    for (std::string role; words >> role;) identity.roles.push_back(role);
    return identity;
  };
}

pushwire::AuthorizeCallback guests(const std::string& address) {
  return [address](const pushwire::Request& request) {
    if (request.peer != address) throw pushwire::Refusal(403, "not from " + std::string(request.peer));
    return pushwire::Identity();
  };
}

pushwire::Options parse(int argc, char** argv) {
  pushwire::Options options;
  for (int i = 1; i < argc; i += 2) {
    const std::string flag = argv[i];
    if (i + 1 == argc) throw std::invalid_argument(flag + " needs a value");
    const std::string value = argv[i + 1];
    if (flag == "--port") options.port(static_cast<std::uint16_t>(std::stoi(value)));
    else if (flag == "--heartbeat-ms") options.heartbeat(std::chrono::milliseconds(std::stol(value)));
    else if (flag == "--allow-origin") options.allow_origin(value);
    else if (flag == "--host") options.host(value);
    else if (flag == "--without") options.without(value);
    else if (flag == "--lease-ms") options.session_lease(std::chrono::milliseconds(std::stol(value)));
    else if (flag == "--tls-self-signed") options.tls_self_signed(value);
    else if (flag == "--tls") {
      if (i + 2 == argc) throw std::invalid_argument("--tls needs two files");
      options.tls(value, argv[++i + 1]);
    } else if (flag == "--users") options.authorize(users(value));
    else if (flag == "--launch-token") options.launch_token();
    else if (flag == "--trusted-proxy") options.trusted_proxy(value);
    else if (flag == "--let-in") options.authorize(guests(value));
    else throw std::invalid_argument("no such flag: " + flag);
  }
  return options;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    pushwire::Server server(parse(argc, argv));
    server.add_assets(host_page::files());
    test_host::Commands commands(server);
    server.start();
    std::cout << "listening on " << server.url() << std::endl;
    for (std::string line; std::getline(std::cin, line);) std::cout << commands.run(line) << std::endl;
  } catch (const std::exception& error) {
    std::cerr << "pushwire-test-host: " << error.what() << '\n';
    return 1;
  }
  return 0;
}
