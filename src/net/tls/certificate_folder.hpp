// Where a server keeps the certificate that it made for itself, from one start to the next.
#pragma once

#include <ctime>
#include <functional>
#include <string>
#include <vector>

namespace pushwire::net {

class CertificateFolder {
 public:
  static constexpr char kFile[] = "pushwire-tls.pem";                 // key and certificate: one file, so they belong together
  static constexpr char kPublicFile[] = "pushwire-certificate.pem";  // the certificate alone, for those who are to trust it

  explicit CertificateFolder(std::string folder) : folder_(std::move(folder)) {}

  // The path of kFile, which holds a key and a certificate that is good for kRenewBeforeDays more. Makes the folder and
  // the files where they are missing, and the files anew where they cannot be used, which is told by `say`. Processes
  // may share the folder. Throws std::system_error that names what cannot be had, std::runtime_error.
  std::string ensure(const std::vector<std::string>& names, std::time_t now,
                     const std::function<void(const std::string& sentence)>& say) const;

 private:
  std::string path(const char* file) const { return folder_ + "/" + file; }
  // Why the file cannot be used any more; empty: it can.
  std::string fault(std::time_t now, const std::function<void(const std::string& sentence)>& say) const;

  std::string folder_;
};

}  // namespace pushwire::net
