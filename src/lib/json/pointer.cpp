#include "lib/json/pointer.h"

namespace palier::json {

std::string pointer_to(std::string_view pointer, std::string_view member) {
    std::string longer(pointer);
    longer += '/';
    for (const char c : member) {
        if (c == '~') {
            longer += "~0";
        } else if (c == '/') {
            longer += "~1";
        } else {
            longer += c;
        }
    }
    return longer;
}

}  // namespace palier::json
