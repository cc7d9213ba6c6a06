#include "net/tls/tls.hpp"

#include <ctime>
#include <mutex>
#include <utility>

#include "net/tls/certificate_folder.hpp"
#include "net/tls/pem_file.hpp"
#include "net/tls/self_signed.hpp"
#include "net/tls/tls_context.hpp"
#include "net/tls/tls_wire.hpp"

namespace pushwire::net {
namespace {

using ContextPtr = std::shared_ptr<const TlsContext>;

class OpenSslTls final : public Tls {
 public:
  explicit OpenSslTls(TlsSource source) : source_(std::move(source)), context_(load()) {}

  std::shared_ptr<Wire> wrap(std::shared_ptr<Wire> inner, const Later& later) const override {
    return std::make_shared<TlsWire>(context(), std::move(inner), later);
  }
  void reload() override {
    const std::lock_guard one_at_a_time(reload_mutex_);
    ContextPtr loaded = load();
    const std::lock_guard lock(mutex_);
    context_.swap(loaded);
  }
  std::string fingerprint() const override { return context()->fingerprint(); }

 private:
  ContextPtr context() const {
    const std::lock_guard lock(mutex_);
    return context_;
  }

  ContextPtr load() const {
    if (!source_.folder.empty()) return load_own();
    const std::string& chain = source_.chain_file;
    const std::string& key = source_.key_file;
    const std::string chain_pem = read_pem_file(chain);
    const std::string key_pem = read_pem_file(key);
    auto context = std::make_shared<const TlsContext>(PemCertificate{chain_pem, key_pem, chain, key});
    if (!context->ended().empty() && source_.log) {
      source_.log(LogLevel::warning, "the certificate in " + chain + " has ended at " + context->ended());
    }
    return context;
  }

  ContextPtr load_own() const {
    std::vector<std::string> names = names_of_this_machine();
    names.insert(names.begin(), source_.names.begin(), source_.names.end());
    const CertificateFolder folder(source_.folder, source_.log);
    const std::string pem = folder.ensure(names, std::time(nullptr));
    return std::make_shared<const TlsContext>(PemCertificate{pem, pem, folder.file(), folder.file()});
  }

  const TlsSource source_;
  std::mutex reload_mutex_;
  mutable std::mutex mutex_;
  ContextPtr context_;
};

}  // namespace

std::shared_ptr<Tls> open_tls(TlsSource source) {
  // At exit OpenSSL would take itself down, under servers that are destroyed later or not at all.
  OPENSSL_init_ssl(OPENSSL_INIT_NO_ATEXIT, nullptr);
  return std::make_shared<OpenSslTls>(std::move(source));
}

}  // namespace pushwire::net
