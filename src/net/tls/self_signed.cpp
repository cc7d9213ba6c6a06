#include "net/tls/self_signed.hpp"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <unistd.h>

#include <algorithm>
#include <memory>
#include <stdexcept>

#include "net/http/authority.hpp"

namespace pushwire::net {
namespace {

using openssl::Errors;
using openssl::Free;

using NamePtr = std::unique_ptr<GENERAL_NAME, Free<GENERAL_NAME_free>>;
using ExtensionPtr = std::unique_ptr<X509_EXTENSION, Free<X509_EXTENSION_free>>;
using NumberPtr = std::unique_ptr<BIGNUM, Free<BN_free>>;

struct FreeNames {
  void operator()(GENERAL_NAMES* names) const noexcept { GENERAL_NAMES_free(names); }
};
using NamesPtr = std::unique_ptr<GENERAL_NAMES, FreeNames>;

void check(bool done) {
  if (!done) throw std::runtime_error("pushwire: a certificate cannot be made: " + Errors::last());
}

// `names`, each once, as subjectAltName has them (RFC 5280 section 4.2.1.6).
NamesPtr alternative_names(const std::vector<std::string>& names) {
  std::vector<HostName> hosts;
  for (const std::string& name : names) {
    const auto host = parse_host(name);
    if (!host || is_wildcard(*host) || host->text.size() > 253 || hosts.size() >= kMostNames) continue;
    if (std::find(hosts.begin(), hosts.end(), *host) == hosts.end()) hosts.push_back(*host);
  }
  NamesPtr all(GENERAL_NAMES_new());
  check(all != nullptr);
  for (const HostName& host : hosts) {
    const bool dns = host.kind == HostName::Kind::name;
    ASN1_STRING* const value = dns ? ASN1_IA5STRING_new() : a2i_IPADDRESS(host.text.c_str());
    check(value != nullptr);
    NamePtr entry(GENERAL_NAME_new());
    if (!entry) ASN1_STRING_free(value);
    check(entry != nullptr);
    GENERAL_NAME_set0_value(entry.get(), dns ? GEN_DNS : GEN_IPADD, value);
    if (dns) check(ASN1_STRING_set(value, host.text.data(), static_cast<int>(host.text.size())) == 1);
    check(sk_GENERAL_NAME_push(all.get(), entry.get()) > 0);
    (void)entry.release();
  }
  return all;
}

void extend(X509* certificate, int kind, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
  const ExtensionPtr extension(X509V3_EXT_conf_nid(nullptr, &context, kind, value));
  check(extension && X509_add_ext(certificate, extension.get(), -1) == 1);
}

void set_serial(X509* certificate) {
  const NumberPtr number(BN_new());
  // RFC 5280 section 4.1.2.2: positive, 20 bytes at most; 64 random bits or more.
  check(number && BN_rand(number.get(), 127, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY) == 1 &&
        BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) != nullptr);
}

template <class Write>
std::string pem(Write write) {
  const openssl::BioPtr bio(BIO_new(BIO_s_mem()));
  check(bio && write(bio.get()) == 1);
  char* text = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &text);
  return std::string(text, static_cast<std::size_t>(size));
}

}  // namespace

SelfSigned make_self_signed(const std::vector<std::string>& names, std::time_t now) {
  const Errors errors;
  const openssl::KeyPtr key(EVP_EC_gen("P-256"));
  const openssl::CertificatePtr made(X509_new());
  check(key && made);
  X509* const certificate = made.get();
  check(X509_set_version(certificate, X509_VERSION_3) == 1);
  set_serial(certificate);
  constexpr std::time_t kDay = 24 * 60 * 60;
  const std::time_t begins = now - kDay;
  check(ASN1_TIME_set(X509_getm_notBefore(certificate), begins) != nullptr &&
        ASN1_TIME_set(X509_getm_notAfter(certificate), begins + kSelfSignedDays * kDay) != nullptr);
  // The names stand in the extension. This one tells people what they look at.
  constexpr unsigned char kSubject[] = "Pushwire";
  X509_NAME* const subject = X509_get_subject_name(certificate);
  check(X509_NAME_add_entry_by_NID(subject, NID_commonName, MBSTRING_ASC, kSubject, -1, -1, 0) == 1 &&
        X509_set_issuer_name(certificate, subject) == 1 && X509_set_pubkey(certificate, key.get()) == 1);
  extend(certificate, NID_basic_constraints, "critical,CA:FALSE");
  extend(certificate, NID_key_usage, "critical,digitalSignature");
  extend(certificate, NID_ext_key_usage, "serverAuth");
  extend(certificate, NID_subject_key_identifier, "hash");
  const NamesPtr alternatives = alternative_names(names);
  check(X509_add1_ext_i2d(certificate, NID_subject_alt_name, alternatives.get(), 0, 0) == 1);
  check(X509_sign(certificate, key.get(), EVP_sha256()) > 0);
  return {
      pem([&](BIO* bio) { return PEM_write_bio_PrivateKey(bio, key.get(), nullptr, nullptr, 0, nullptr, nullptr); }),
      certificate_text(*certificate)};
}

std::string certificate_text(const X509& certificate) {
  return pem([&](BIO* bio) { return PEM_write_bio_X509(bio, &certificate); });
}

std::vector<std::string> names_of_this_machine() {
  std::vector<std::string> names{"localhost", "127.0.0.1", "::1"};
  char host[256] = {};
  if (::gethostname(host, sizeof host - 1) == 0 && host[0] != '\0') names.emplace_back(host);
  ifaddrs* first = nullptr;
  if (::getifaddrs(&first) != 0) return names;
  const std::unique_ptr<ifaddrs, Free<::freeifaddrs>> all(first);
  for (const ifaddrs* at = first; at != nullptr; at = at->ifa_next) {
    if (at->ifa_addr == nullptr || (at->ifa_flags & IFF_UP) == 0) continue;
    char text[INET6_ADDRSTRLEN] = {};
    const void* address = nullptr;
    if (at->ifa_addr->sa_family == AF_INET) address = &reinterpret_cast<const sockaddr_in*>(at->ifa_addr)->sin_addr;
    if (at->ifa_addr->sa_family == AF_INET6) {
      const auto& v6 = *reinterpret_cast<const sockaddr_in6*>(at->ifa_addr);
      if (!IN6_IS_ADDR_LINKLOCAL(&v6.sin6_addr)) address = &v6.sin6_addr;
    }
    if (address == nullptr) continue;
    if (::inet_ntop(at->ifa_addr->sa_family, address, text, sizeof text) != nullptr) names.emplace_back(text);
  }
  return names;
}

}  // namespace pushwire::net
