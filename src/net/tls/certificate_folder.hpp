// Where a server keeps the certificate that it made for itself, from one start to the next.
#pragma once

#include <ctime>
#include <string>
#include <utility>
#include <vector>

#include "pushwire/options.hpp"

namespace pushwire::net {

class CertificateFolder {
 public:
  static constexpr char kFile[] = "pushwire-tls.pem";  // key and certificate: one file, so they belong together
  static constexpr char kPublicFile[] =
      "pushwire-certificate.pem";  // the certificate alone, for those who are to trust it

  // `log` may be empty.
  CertificateFolder(std::string folder, LogCallback log) : folder_(std::move(folder)), log_(std::move(log)) {}

  // The path of kFile, which holds a key and a certificate that is good for kRenewBeforeDays more. Makes the folder and
  // the files where they are missing, and the files anew where they cannot be used, which is told. Processes may share
  // the folder. Throws std::system_error that names what cannot be had, std::runtime_error.
  std::string ensure(const std::vector<std::string>& names, std::time_t now) const;

 private:
  std::string path(const char* file) const { return folder_ + "/" + file; }
  void make(const std::vector<std::string>& names, std::time_t now) const;
  // Why the file cannot be used any more; empty: it can.
  std::string fault(const std::string& file, std::time_t now) const;
  void say(LogLevel level, const std::string& sentence) const {
    if (log_) log_(level, sentence);
  }

  std::string folder_;
  LogCallback log_;
};

}  // namespace pushwire::net
