#include "net/tls/certificate_folder.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <exception>
#include <system_error>

#include "net/tls/pem_file.hpp"
#include "net/tls/self_signed.hpp"
#include "net/tls/tls_context.hpp"

namespace pushwire::net {
namespace {

// Keeps other processes away from the folder while it lives.
class FolderLock {
 public:
  explicit FolderLock(const std::string& folder) {
    if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) fail("make", folder);
    descriptor_ = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor_ < 0) fail("open", folder);
    int locked = 0;
    do locked = ::flock(descriptor_, LOCK_EX);
    while (locked != 0 && errno == EINTR);  // where there are no locks, it goes without
  }
  ~FolderLock() { ::close(descriptor_); }
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;

 private:
  [[noreturn]] static void fail(const char* what, const std::string& folder) {
    throw std::system_error(errno, std::generic_category(),
                            std::string("pushwire: cannot ") + what + " the folder " + folder);
  }

  int descriptor_ = -1;
};

}  // namespace

std::string CertificateFolder::fault(const std::string& file, std::time_t now) const {
  try {
    const std::string pem = read_pem_file(file);
    const TlsContext usable({pem, pem, file, file});
    const openssl::CertificatePtr certificate = first_certificate(pem);
    std::time_t needed = now + std::time_t{kRenewBeforeDays} * 24 * 60 * 60;
    if (X509_cmp_time(X509_get0_notAfter(certificate.get()), &needed) < 0) return "the one before ends soon";
    if (X509_cmp_time(X509_get0_notBefore(certificate.get()), &now) > 0) return "the one before is not good yet";
  } catch (const std::exception& error) {
    return error.what();
  }
  return {};
}

std::string CertificateFolder::ensure(const std::vector<std::string>& names, std::time_t now) const {
  const FolderLock lock(folder_);
  std::string file = path(kFile);
  struct stat about {};
  if (::stat(file.c_str(), &about) != 0 && errno == ENOENT) {
    make(names, now);
    say(LogLevel::info, "a new certificate is in " + file);
  } else if (const std::string why = fault(file, now); !why.empty()) {
    make(names, now);
    say(LogLevel::warning, "a new certificate is in " + file + ": " + why);
  } else if ((about.st_mode & 077) != 0) {
    say(LogLevel::warning, file + " holds a private key and can be read by others than its owner");
  }
  return file;
}

void CertificateFolder::make(const std::vector<std::string>& names, std::time_t now) const {
  const SelfSigned made = make_self_signed(names, now);
  replace_file(path(kFile), made.key + made.certificate, 0600);
  replace_file(path(kPublicFile), made.certificate, 0644);
}

}  // namespace pushwire::net
