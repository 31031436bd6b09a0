// Identifiers of parcels as papers and ledgers write them, and their normal form, by which the same parcel is found
// under any of its spellings (MHPO-1402单元06-08地块 = MHP0-1402-06-08). The text as written is always kept beside it.
// Pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace zaitu::model {

// Half width, upper case, without blanks; every dash is '-'; the words 单元 街坊 地块 宗地 号 only part segments; the
// letter O is the digit 0, which official texts confuse. Equal forms mean the same identifier; different ones may not.
std::string normal_parcel_code(std::string_view text);

enum class ParcelCodeScheme {
  cadastral_19,    // 宗地代码: county 6, district 3, sub-district 3, ownership 1, right 1, sequence 5
  real_estate_28,  // 不动产单元代码: the same, then fixture 1 and its number 8
  control_plan,    // 控规: unit - block - plot
  transfer,        // 出让: place and class - number
  block_parcel,    // 权籍: place, block and parcel
  other
};
std::string_view name_of(ParcelCodeScheme scheme);  // as the table of identifiers has it, in Chinese

struct ParcelCodeParts {
  ParcelCodeScheme scheme = ParcelCodeScheme::other;
  std::vector<std::string> segments;  // in normal form
};
// `normal`: of normal_parcel_code. The two national codes are split where their standard (TD/T 1001) does.
ParcelCodeParts split_parcel_code(std::string_view normal);
// Of a real estate unit the parcel it stands on: its first 19 places; nullopt for any other code.
std::optional<std::string> parcel_of_real_estate_unit(std::string_view normal);

}  // namespace zaitu::model
