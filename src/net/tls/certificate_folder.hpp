// Where a server keeps the certificate that it made for itself, from one start to the next.
#pragma once

#include <chrono>
#include <ctime>
#include <string>
#include <utility>
#include <vector>

#include "net/tls/openssl.hpp"
#include "pushwire/options.hpp"

namespace pushwire::net {

class CertificateFolder {
 public:
  static constexpr char kFile[] = "pushwire-tls.pem";  // key and certificate: one file, so they belong together
  static constexpr char kPublicFile[] =
      "pushwire-certificate.pem";                           // the certificate alone, for those who are to trust it
  static constexpr char kLockFile[] = "pushwire-tls.lock";  // locked by who is at work in the folder

  // `log` may be empty. `patience`: how long other processes may be at work in the folder.
  CertificateFolder(std::string folder, LogCallback log,
                    std::chrono::milliseconds patience = std::chrono::milliseconds(5'000))
      : folder_(std::move(folder)), log_(std::move(log)), patience_(patience) {}

  std::string file() const { return path(kFile); }

  // What is in file(): a key and a certificate that does not end within kRenewBeforeDays. Makes the folder and the files
  // where they are missing, and the files anew where they cannot be used, which is told. One that is not good yet is kept:
  // more often it is the clock that is wrong. Processes may share the folder.
  //
  // Throws Untrusted where another user than this process's or root could have put the key there, or could do so, and
  // std::system_error that names what cannot be had, std::runtime_error.
  std::string ensure(const std::vector<std::string>& names, std::time_t now) const;

 private:
  std::string path(const char* file) const { return folder_ + "/" + file; }
  std::string make(const std::vector<std::string>& names, std::time_t now) const;
  // Why it cannot be used any more; empty: it can.
  std::string fault(const std::string& pem, std::time_t now) const;
  // For who has taken the public file away, or another one for it.
  void publish(const X509& certificate) const;
  void say(LogLevel level, const std::string& sentence) const {
    if (log_) log_(level, sentence);
  }

  std::string folder_;
  LogCallback log_;
  std::chrono::milliseconds patience_;
};

}  // namespace pushwire::net
