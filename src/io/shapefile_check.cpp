#include "io/shapefile_check.h"

#include <algorithm>
#include <fstream>
#include <limits>
#include <utility>

#include "base/message.h"
#include "base/utf8.h"
#include "io/encoding.h"
#include "io/little_endian.h"
#include "io/refuse.h"

namespace zaitu::io {

namespace fs = std::filesystem;

namespace {

class Bytes {
 public:
  explicit Bytes(const fs::path& file) : m_name(file.filename().string()), m_in(file, std::ios::binary) {
    std::error_code error;
    const std::uintmax_t size = fs::file_size(file, error);
    if (!m_in || error) refuse(base::say("cannot read {}", m_name));
    m_size = size;
  }
  std::uint64_t size() const { return m_size; }
  const std::string& name() const { return m_name; }
  bool read(std::uint64_t at, std::string& to, std::size_t count) {
    to.resize(count);
    m_in.clear();
    m_in.seekg(static_cast<std::streamoff>(at));
    m_in.read(to.data(), static_cast<std::streamsize>(count));
    return static_cast<std::size_t>(m_in.gcount()) == count;
  }

 private:
  std::string m_name;
  std::ifstream m_in;
  std::uint64_t m_size = 0;
};

std::uint32_t byte(std::string_view bytes, std::size_t at) { return static_cast<unsigned char>(bytes[at]); }
std::uint32_t big_endian(std::string_view bytes, std::size_t at) {
  return byte(bytes, at) << 24 | byte(bytes, at + 1) << 16 | byte(bytes, at + 2) << 8 | byte(bytes, at + 3);
}
struct Records {
  std::uint64_t shapes = 0, missing = 0;
};

// By the index; nullopt: it is no index of this .shp.
std::optional<Records> indexed_records(Bytes& shp, Bytes& shx) {
  std::string head;
  if (!shx.read(0, head, 100) || big_endian(head, 0) != 9994 || (shx.size() - 100) % 8 != 0) return std::nullopt;
  Records found;
  found.shapes = (shx.size() - 100) / 8;
  constexpr std::uint64_t at_once = 8192;
  std::string entries, record;
  std::uint64_t next = 100;  // where most writers put the next record
  std::pair<std::uint64_t, std::uint64_t> last;
  for (std::uint64_t first = 0; first < found.shapes; first += at_once) {
    const std::size_t count = static_cast<std::size_t>(std::min(at_once, found.shapes - first));
    if (!shx.read(100 + first * 8, entries, count * 8)) return std::nullopt;
    for (std::size_t i = 0; i < count; ++i) {
      const std::uint64_t at = std::uint64_t{big_endian(entries, i * 8)} * 2;
      const std::uint64_t bytes = std::uint64_t{big_endian(entries, i * 8 + 4)} * 2;
      if (at < 100 || bytes < 4) return std::nullopt;
      if (at + 8 + bytes > shp.size()) {
        ++found.missing;
      } else if (at != next) {
        if (!shp.read(at, record, 8) || std::uint64_t{big_endian(record, 4)} * 2 != bytes) return std::nullopt;
        // Records say their number; that of another one, as all others in order, means that the index mixed them up.
        const std::uint64_t number = big_endian(record, 0);
        if (number > 0 && number <= found.shapes && number != first + i && number != first + i + 1) return std::nullopt;
      }
      next = at + 8 + bytes;
      last = {at, bytes};
    }
  }
  // The others were found where the one before ends.
  const bool reaches_end = next == shp.size() || found.missing > 0 || found.shapes == 0;
  if (!reaches_end && (!shp.read(last.first, record, 8) || std::uint64_t{big_endian(record, 4)} * 2 != last.second))
    return std::nullopt;
  return found;
}

// From record to record in the .shp itself.
Records walked_records(Bytes& shp) {
  Records found;
  std::string record;
  for (std::uint64_t at = 100; at < shp.size();) {
    if (!shp.read(at, record, 8)) {
      ++found.missing;
      break;
    }
    ++found.shapes;
    at += 8 + std::uint64_t{big_endian(record, 4)} * 2;
    if (at > shp.size()) ++found.missing;
  }
  return found;
}

// Number of shapes; refuses a cut .shp. An index that is not there or means nothing is taken away from the copy: the
// driver makes it anew.
std::uint64_t count_shapes(Bytes& shp, const fs::path& shx_file, std::optional<std::uint64_t> rows, bool was_cut_down,
                           ShapefileFacts& facts) {
  std::string head;
  const bool is_whole = shp.read(0, head, 100);
  if (!is_whole && shp.size() >= 4 && big_endian(head, 0) == 9994) {
    refuse(base::say("truncated: {} has {} bytes, less than the header of a shapefile; fetch it again", shp.name(),
                     shp.size()));
  }
  if (!is_whole || big_endian(head, 0) != 9994) {
    refuse(base::say("format: {} is not a shapefile (its first bytes are not those of one)", shp.name()));
  }
  std::error_code error;
  const std::uint64_t declared_bytes = std::uint64_t{big_endian(head, 24)} * 2;
  const bool has_index = fs::exists(shx_file, error);
  std::optional<Records> records;
  if (has_index) {
    Bytes shx(shx_file);
    records = indexed_records(shp, shx);
  }
  // The .shp is whole and the index says that shapes are missing: then it is the index that is wrong.
  if (records && records->missing > 0 && declared_bytes == shp.size()) records.reset();
  // Nor is an index right that knows another number of shapes than the .dbf rows, when the .shp holds as many as those.
  std::optional<Records> walked;
  if (records && rows && records->shapes != *rows) {
    walked = walked_records(shp);
    if (walked->missing == 0 && walked->shapes == *rows) records.reset();
  }
  if (!records) {
    records = walked ? *walked : walked_records(shp);
    if (!was_cut_down) {
      facts.warnings.push_back({"", "", "shx",
                                has_index
                                    ? base::say("the .shx index is damaged: rebuilt from the .shp for this reading")
                                    : base::say("the .shx index is missing: rebuilt from the .shp for this reading")});
    }
    if (has_index) fs::remove(shx_file, error);
  }
  if (records->missing > 0 || declared_bytes > shp.size()) {
    refuse(
        base::say("truncated: {}: {} of {} shapes are missing, the file is cut at byte {} of {}; fetch it again, or "
                  "take the rows that are whole (--allow-partial)",
                  shp.name(), records->missing, records->shapes, shp.size(), declared_bytes));
  }
  return records->shapes;
}

// What the header of a .dbf says, if there is one.
std::optional<std::uint64_t> declared_rows(const fs::path& dbf_file) {
  std::error_code error;
  if (!fs::exists(dbf_file, error)) return std::nullopt;
  std::string head;
  return Bytes(dbf_file).read(0, head, 32) ? std::optional(std::uint64_t{little_endian(head, 4, 4)}) : std::nullopt;
}

void patch(const fs::path& file, std::uint64_t at, std::uint64_t value, bool is_big_endian) {
  std::fstream copy(file, std::ios::binary | std::ios::in | std::ios::out);
  copy.seekp(static_cast<std::streamoff>(at));
  for (int i = 0; i < 4; ++i) copy.put(static_cast<char>(value >> 8 * (is_big_endian ? 3 - i : i)));
}

// The first records of a .shp that lie in it and in the order of their numbers, `most` of them at most: with them the
// rows of a .dbf can be told.
struct WholeShapes {
  std::uint64_t count = 0, end = 100;
  bool is_rest = false;  // bytes that are no such record follow
};
WholeShapes whole_shapes(Bytes& shp, std::uint64_t most) {
  WholeShapes whole;
  std::string record;
  for (; whole.count < most && shp.read(whole.end, record, 8); ++whole.count) {
    const std::uint64_t number = big_endian(record, 0);  // from 1; some writers count from 0 or leave it out
    const std::uint64_t end = whole.end + 8 + std::uint64_t{big_endian(record, 4)} * 2;
    const bool in_order = number == 0 || number == whole.count || number == whole.count + 1;
    if (!in_order || end < whole.end + 12 || end > shp.size()) break;
    whole.end = end;
  }
  whole.is_rest = whole.end < shp.size();
  return whole;
}

// Cuts the copy down to the first rows that have a whole shape and a whole record. What has no sense at all stays as it
// is, for the check that follows. Was anything cut?
bool keep_whole_rows(const fs::path& shp_file, const fs::path& dbf_file, ShapefileFacts& facts) {
  constexpr std::uint64_t all = std::numeric_limits<std::uint32_t>::max();
  std::string head;
  std::error_code error;
  const bool has_records = fs::exists(dbf_file, error);
  std::uint64_t records = 0, present = all;
  if (has_records) {
    Bytes dbf(dbf_file);
    if (!dbf.read(0, head, 32)) return false;
    const std::uint64_t header_bytes = little_endian(head, 8, 2), record_bytes = little_endian(head, 10, 2);
    if (header_bytes < 33 || record_bytes < 1 || header_bytes > dbf.size()) return false;
    records = little_endian(head, 4, 4);
    present = std::min(records, (dbf.size() - header_bytes) / record_bytes);
  }
  if (shp_file.empty()) {
    if (present == records) return false;
    facts.set_aside = static_cast<std::int64_t>(records - present);
    facts.warnings.push_back({"", "", "truncated",
                              base::say("{} holds {} of {} records: the others were left out",
                                        dbf_file.filename().string(), present, records)});
    patch(dbf_file, 4, present, false);
    return true;
  }
  Bytes shp(shp_file);
  if (!shp.read(0, head, 100) || big_endian(head, 0) != 9994) return false;
  const std::uint64_t declared_bytes = std::uint64_t{big_endian(head, 24)} * 2;
  const WholeShapes whole = whole_shapes(shp, all);
  const std::uint64_t kept = std::min(whole.count, present);
  const bool is_cut = whole.is_rest || declared_bytes > shp.size();
  if (!is_cut && (!has_records || (kept == whole.count && kept == records))) return false;
  // How many there were is what the index knows, where there is one; a count of records that the .dbf does not hold is
  // no better than a guess.
  std::uint64_t there_were = std::max(whole.count + (whole.is_rest ? 1 : 0), has_records ? present : 0);
  const fs::path shx_file = fs::path(shp_file).replace_extension(".shx");
  if (fs::exists(shx_file, error) && Bytes(shx_file).size() > 100)
    there_were = std::max(there_were, (Bytes(shx_file).size() - 100) / 8);
  facts.set_aside = static_cast<std::int64_t>(there_were - kept);
  facts.warnings.push_back(
      {"", "", is_cut || present < records ? "truncated" : "record-count",
       has_records
           ? base::say("{} holds {} whole shapes, {} holds {} of {} records: rows 1 to {} were taken, {} others "
                       "left out",
                       shp.name(), whole.count, dbf_file.filename().string(), present, records, kept, facts.set_aside)
           : base::say("{} holds {} whole shapes: {} others were left out", shp.name(), whole.count, facts.set_aside)});
  const std::uint64_t end = whole_shapes(shp, kept).end;
  fs::resize_file(shp_file, end);
  patch(shp_file, 24, end / 2, true);
  fs::remove(shx_file, error);
  if (has_records) patch(dbf_file, 4, kept, false);
  return true;
}

// `facts`: with what was said of a file that was cut down.
ShapefileFacts check_files(const fs::path& shp_file, const fs::path& dbf_file, bool was_cut_down, ShapefileFacts facts,
                           const std::function<void(std::string_view, bool)>& see_text) {
  std::optional<std::uint64_t> shapes;
  if (!shp_file.empty()) {
    Bytes shp(shp_file);
    shapes =
        count_shapes(shp, fs::path(shp_file).replace_extension(".shx"), declared_rows(dbf_file), was_cut_down, facts);
    std::error_code error;
    if (!fs::exists(dbf_file, error)) {
      facts.warnings.push_back({"", "", "dbf",
                                base::say("the .dbf with the attributes is missing: the shapes come without any; put "
                                          "it beside the .shp and import again if it exists")});
      facts.rows = static_cast<std::int64_t>(*shapes);
      return facts;
    }
  }
  Bytes dbf(dbf_file);
  std::string head;
  if (!dbf.read(0, head, 32))
    refuse(base::say("truncated: {} is shorter than a .dbf header; fetch it again", dbf.name()));
  const std::uint64_t records = little_endian(head, 4, 4);
  const std::uint64_t header_bytes = little_endian(head, 8, 2);
  const std::uint64_t record_bytes = little_endian(head, 10, 2);
  const auto language = static_cast<unsigned char>(head[29]);
  if (header_bytes > dbf.size()) {
    refuse(base::say("truncated: {} has {} bytes and its header alone {}; fetch it again", dbf.name(), dbf.size(),
                     header_bytes));
  }
  if (header_bytes < 33 || record_bytes < 1) {
    refuse(base::say("corrupt: {}: its header makes no sense", dbf.name()));
  }
  const std::uint64_t present = (dbf.size() - header_bytes) / record_bytes;
  if (present < records) {
    refuse(
        base::say("truncated: {}: says {} records and holds {}; fetch it again, or take the rows that are whole "
                  "(--allow-partial)",
                  dbf.name(), records, present));
  }
  if (shapes && *shapes != records) {
    refuse(
        base::say("record-count: {} holds {} shapes and {} holds {} records: attributes would go to wrong shapes; "
                  "fetch both files again, or take the rows that are whole (--allow-partial)",
                  shp_file.filename().string(), *shapes, dbf.name(), records));
  }

  struct Column {
    std::size_t at, width;
  };
  struct Digits {
    Column column;
    std::size_t described_at;  // in the file
    bool too_many = false;
  };
  std::vector<Column> texts;
  std::vector<Digits> whole_numbers;  // wider than what the driver keeps exactly
  std::string fields;
  dbf.read(32, fields, header_bytes - 32);
  std::size_t at = 1;
  for (std::size_t f = 0; f + 32 <= fields.size() && fields[f] != '\r'; f += 32) {
    std::string_view name = std::string_view(fields).substr(f, 11);
    name = name.substr(0, name.find('\0'));
    see_text(name, name.size() >= 10);
    // A C field may be wider than 255: its decimals byte is then the width's high byte.
    const std::size_t width = fields[f + 11] == 'C' ? little_endian(fields, f + 16, 2) : byte(fields, f + 16);
    constexpr std::size_t exact_width = 18;
    if (fields[f + 11] == 'C') texts.push_back({at, width});
    if (fields[f + 11] == 'N' && fields[f + 17] == 0 && width > exact_width)
      whole_numbers.push_back({{at, width}, 32 + f});
    at += width;
  }
  if (at > record_bytes) refuse(base::say("corrupt: {}: its fields are wider than its records", dbf.name()));

  const std::size_t at_once = std::max<std::uint64_t>(1, (1u << 20) / record_bytes);
  std::string block;
  std::int64_t deleted = 0;
  for (std::uint64_t first = 0; first < records; first += at_once) {
    const std::size_t count = static_cast<std::size_t>(std::min<std::uint64_t>(at_once, records - first));
    if (!dbf.read(header_bytes + first * record_bytes, block, count * record_bytes)) {
      refuse(base::say("truncated: {}: cannot be read to its end", dbf.name()));
    }
    for (std::size_t i = 0; i < count; ++i) {
      const std::string_view record = std::string_view(block).substr(i * record_bytes, record_bytes);
      if (record[0] == '*') {
        ++deleted;
        continue;
      }
      for (const Column& column : texts) {
        std::string_view cell = record.substr(column.at, column.width);
        cell = cell.substr(0, cell.find('\0'));
        const std::size_t end = cell.find_last_not_of(' ');
        const bool fills = end + 1 == column.width;
        see_text(end == std::string_view::npos ? std::string_view{} : cell.substr(0, end + 1), fills);
      }
      for (Digits& number : whole_numbers) {
        constexpr std::size_t exact_digits = 15;
        const std::string_view cell = base::trim(record.substr(number.column.at, number.column.width));
        number.too_many = number.too_many || (cell.size() > exact_digits && cell.find('.') == cell.npos);
      }
    }
  }
  // Identifiers that are kept as numbers: the driver reads them digit by digit as soon as the copy calls them text.
  for (const Digits& number : whole_numbers) {
    if (!number.too_many) continue;
    std::fstream copy(dbf_file, std::ios::binary | std::ios::in | std::ios::out);
    constexpr std::size_t type_at = 11;
    copy.seekp(static_cast<std::streamoff>(number.described_at + type_at)).put('C');
  }
  facts.rows = static_cast<std::int64_t>(records) - deleted;
  if (deleted > 0) {
    facts.warnings.push_back({"", "", "dbf", base::say("{} records marked as deleted were left out", deleted)});
  }

  std::error_code error;
  const fs::path cpg_file = fs::path(dbf_file).replace_extension(".cpg");
  if (fs::exists(cpg_file, error)) {
    std::ifstream in(cpg_file);
    std::string cpg;
    std::getline(in, cpg);
    facts.encoding = encoding_of_cpg(cpg);
    facts.encoding_from = ".cpg";
  }
  if (facts.encoding.empty()) {
    facts.encoding = encoding_of_language_byte(language);
    facts.encoding_from = base::say("the .dbf language byte");
  }
  return facts;
}

}  // namespace

ShapefileFacts check_shapefile(const fs::path& shp_file, const fs::path& dbf_file, bool allow_partial,
                               const std::function<void(std::string_view, bool)>& see_text) {
  try {
    return check_files(shp_file, dbf_file, false, {}, see_text);
  } catch (const base::Error&) {
    ShapefileFacts facts;
    if (!allow_partial || !keep_whole_rows(shp_file, dbf_file, facts)) throw;
    return check_files(shp_file, dbf_file, true, std::move(facts), see_text);
  }
}

}  // namespace zaitu::io
