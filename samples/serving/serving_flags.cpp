#include "serving_flags.hpp"

#include <cstdint>
#include <iostream>
#include <utility>

namespace samples {

ServingFlags::ServingFlags(CLI::App& app) : app_(app) {
  app.add_option("--port", port_, "TCP port to listen on; 0: any free one")
      ->check(CLI::Range(0, 65'535))
      ->capture_default_str();
  app.add_option("--address", address_,
                 "IP address to listen on; other machines are served only with TLS and "
                 "--launch-token, or with --insecure-lan")
      ->capture_default_str();
  app.add_option("--host", hosts_, "a further name by which viewers may call this machine; repeatable")
      ->allow_extra_args(false)
      ->type_name("NAME");
  app.add_flag(
      "--insecure-lan", insecure_lan_,
      "let everybody who reaches the address use it; without TLS, those in between can read and change what passes");
  tls_ = app.add_option("--tls", tls_files_, "serve https, with the certificate chain and the key of two PEM files")
             ->expected(2)
             ->type_name("CERT KEY");
  tls_self_signed_ =
      app.add_option("--tls-self-signed", tls_folder_, "serve https, with a certificate that is made and kept there")
          ->type_name("DIR")
          ->excludes(tls_);
  app.add_flag("--launch-token", launch_token_, "let in only who has the address that is printed");
}

pushwire::Options ServingFlags::options() const {
  pushwire::Options options;
  options.port(static_cast<std::uint16_t>(port_)).address(address_).insecure_lan(insecure_lan_);
  for (const std::string& host : hosts_) options.host(host);
  // An empty word is said, too: whoever wants TLS never gets a server without it.
  if (tls_self_signed_->count() > 0) options.tls_self_signed(tls_folder_);
  if (tls_->count() > 0) options.tls(tls_files_.at(0), tls_files_.at(1));
  if (launch_token_) options.launch_token();
  return options;
}

void ServingFlags::announce(const pushwire::Server& server) const {
  std::cout << "listening on " << (launch_token_ ? server.launch_url() : server.url()) << std::endl;
  if (const auto fingerprint = server.tls_fingerprint(); !fingerprint.empty()) {
    std::cerr << app_.get_name() << ": the certificate's SHA-256 fingerprint is " << fingerprint << '\n';
  }
}

std::string in_flags(std::string_view sentence) {
  constexpr std::string_view kWho = "pushwire: ";
  if (sentence.substr(0, kWho.size()) == kWho) sentence.remove_prefix(kWho.size());
  std::string text(sentence);
  constexpr std::pair<std::string_view, std::string_view> kWords[] = {
      {"authorize() or launch_token()", "--launch-token"},  // samples know no logins
      {"tls_self_signed()", "--tls-self-signed"},
      {"tls()", "--tls"},
      {"insecure_lan()", "--insecure-lan"},
  };
  for (const auto& [call, flag] : kWords) {
    for (std::size_t at = 0; (at = text.find(call, at)) != std::string::npos; at += flag.size()) {
      text.replace(at, call.size(), flag);
    }
  }
  return text;
}

}  // namespace samples
