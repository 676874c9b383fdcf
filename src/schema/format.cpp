#include "schema/format.h"

namespace palier::schema {
namespace {

// Days that a month has in every year, and February 29 where the year is divisible by 4, by 100
// only if by 400.
std::string date() {
    const std::string leap =
        "(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:0[048]|[2468][048]|[13579][26])00)";
    return "(?:[0-9]{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|"
           "(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))|" +
           leap + "-02-29)";
}

std::string time() {
    const std::string hours = "(?:[01][0-9]|2[0-3])";
    return hours + ":[0-5][0-9]:[0-5][0-9](?:\\.[0-9]{1,9})?(?:[Zz]|[+-]" + hours + ":[0-5][0-9])";
}

std::string hostname() {
    const std::string label = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?";
    return label + "(?:\\." + label + ")*";
}

std::string uri() {
    const std::string unit = "(?:[A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-Fa-f]{2})";
    const std::string tail = "(?:" + unit + "|[/?])*";
    const std::string host =
        "(?:\\[[0-9A-Fa-f:.]+\\]|(?:[A-Za-z0-9._~!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*)";
    const std::string user = "(?:(?:[A-Za-z0-9._~!$&'()*+,;=:-]|%[0-9A-Fa-f]{2})*@)?";
    return "[A-Za-z][A-Za-z0-9+.-]*:(?://" + user + host + "(?::[0-9]*)?(?:/" + "(?:" + unit +
           "|/)*)?|/?(?:" + unit + "(?:" + unit + "|/)*)?)(?:\\?" + tail + ")?(?:#" + tail + ")?";
}

}  // namespace

std::string pattern_of_format(std::string_view format) {
    std::string body;
    if (format == "date") {
        body = date();
    } else if (format == "time") {
        body = time();
    } else if (format == "date-time") {
        body = date() + "[Tt]" + time();
    } else if (format == "uuid") {
        body = "[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}";
    } else if (format == "ipv4") {
        const std::string byte = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
        body = byte + "(?:\\." + byte + "){3}";
    } else if (format == "hostname") {
        body = hostname();
    } else if (format == "email") {
        const std::string atom = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+";
        body = atom + "(?:\\." + atom + ")*@" + hostname();
    } else if (format == "uri") {
        body = uri();
    }
    return body.empty() ? body : "^(?:" + body + ")$";
}

}  // namespace palier::schema
