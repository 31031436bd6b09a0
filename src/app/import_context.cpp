#include "app/import_context.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "base/message.h"
#include "io/field_names.h"
#include "store/schema.h"

namespace zaitu::app {

std::uint32_t TextIndex::hash_of(std::string_view text) {
  const std::uint64_t hash = std::hash<std::string_view>()(text);
  return static_cast<std::uint32_t>(hash ^ (hash >> 32));
}

void TextIndex::put(Slot slot) {
  std::size_t at = slot.hash & m_mask;
  while (m_slots[at].row_plus_1 != 0) at = (at + 1) & m_mask;
  m_slots[at] = slot;
}

void TextIndex::insert(std::uint32_t hash, std::uint32_t row) {
  if (4 * (m_count + 1) > 3 * m_slots.size()) {
    std::vector<Slot> before(std::max<std::size_t>(2 * m_slots.size(), 64));
    before.swap(m_slots);
    m_mask = m_slots.size() - 1;
    for (const Slot slot : before) {
      if (slot.row_plus_1 != 0) put(slot);
    }
  }
  ++m_count;
  put({hash, row + 1});
}

std::optional<std::uint32_t> Keys::row_of(std::string_view code) const {
  return m_by_code.find(code, [&](std::uint32_t row) { return code_of(row) == code; });
}

std::optional<std::uint32_t> Keys::row_like(const std::string& match) const {
  return m_by_match.find(match, [&](std::uint32_t row) { return m_spelling(code_of(row)) == match; });
}

void Keys::add(const std::string& code, const std::string& match, std::int64_t id,
               std::initializer_list<std::string_view> names) {
  if (const auto known = row_of(code)) {
    m_rows[*known].id = id;
  } else {
    const auto row = static_cast<std::uint32_t>(m_rows.size());
    m_rows.push_back({m_codes.size(), static_cast<std::uint32_t>(code.size()), id});
    m_codes += code;
    m_by_code.insert(code, row);
    if (!row_like(match)) {
      m_by_match.insert(match, row);
    } else {
      m_alike.insert(match);
    }
  }
  for (const std::string_view name : names) put(m_by_name, match_key(name), id);
}

void Keys::put(IdsByText& to, const std::string& key, std::int64_t id) {
  if (key.empty()) return;
  const auto [found, fresh] = to.try_emplace(key, id);
  if (!fresh && found->second != id) found->second = -1;
}

void Keys::add_identifier(std::string_view value, std::int64_t id) { put(m_by_identifier, m_spelling(value), id); }

std::int64_t Keys::by_code(std::string_view code) const {
  const auto row = row_of(code);
  return row ? m_rows[*row].id : 0;
}

std::string_view word_of(KeyMatch::How how) {
  switch (how) {
    case KeyMatch::How::code:
      return "code";
    case KeyMatch::How::spelling:
      return "spelling";
    case KeyMatch::How::identifier:
      return "identifier";
    case KeyMatch::How::name:
      return "name";
    case KeyMatch::How::ambiguous:
      return "ambiguous";
    case KeyMatch::How::none:
      break;
  }
  return "none";
}

KeyMatch Keys::look_for_spelling(const std::string& match) const {
  // A code that differs only in its spelling still names its row, whatever else is called like that.
  if (const auto row = row_like(match)) {
    if (m_alike.contains(match)) return {KeyMatch::How::ambiguous, 0};
    return {KeyMatch::How::spelling, m_rows[*row].id};
  }
  const auto found = m_by_identifier.find(match);
  if (found == m_by_identifier.end()) return {};
  if (found->second < 0) return {KeyMatch::How::ambiguous, 0};
  return {KeyMatch::How::identifier, found->second};
}

KeyMatch Keys::look(const std::string& text) const {
  if (const std::int64_t id = by_code(text); id != 0) return {KeyMatch::How::code, id};
  const std::string match = m_spelling(text);
  if (match.empty()) return {};
  KeyMatch found = look_for_spelling(match);
  if (found.how == KeyMatch::How::none && m_spelling == model::normal_parcel_code) {
    if (const auto parcel = model::parcel_of_real_estate_unit(match)) found = look_for_spelling(*parcel);
  }
  if (found.how != KeyMatch::How::none) return found;
  const auto named = m_by_name.find(match_key(text));
  if (named == m_by_name.end()) return {};
  if (named->second < 0) return {KeyMatch::How::ambiguous, 0};
  return {KeyMatch::How::name, named->second};
}

std::vector<std::string> Keys::codes_like(const std::string& text) const {
  const std::string match = m_spelling(text);
  std::vector<std::string> codes;
  for (std::uint32_t row = 0; row < m_rows.size(); ++row) {
    if (m_spelling(code_of(row)) == match) codes.emplace_back(code_of(row));
  }
  return codes;
}

std::string Keys::code_of_id(std::int64_t id) const {
  for (std::uint32_t row = 0; row < m_rows.size(); ++row) {
    if (m_rows[row].id == id) return std::string(code_of(row));
  }
  return "";
}

std::string Keys::look_alike(const std::string& code, const std::string& match) const {
  const auto row = row_like(match);
  return !row || code_of(*row) == code ? "" : std::string(code_of(*row));
}

RowOutcome RowWriter::write(const ImportRow&) { throw std::logic_error("rows that are to be prepared first"); }
RowCounts RowWriter::write_prepared(PreparedRows&) { throw std::logic_error("rows that nobody prepares"); }

std::string said_of_repeated(std::string_view code) {
  return base::say("code {} occurs again in this source: this row was rejected", code);
}

std::string said_of_look_alike(std::string_view code, std::string_view other) {
  return base::say("code \"{}\" differs from \"{}\" only in blanks, width, case or spelling; both are kept", code,
                   other);
}

int ImportContext::srid() const { return store::srid_of(*project.crs); }

std::string ImportContext::code_of(const ImportRow& row, std::string_view field) const {
  std::string code = row.text(field);
  if (!code.empty()) return code;
  code = header.layer + "-" + row.feature();
  if (row.mapping().column(field)) {
    row.warn(field, "id", base::say("the row has no code: it is now called {}", code));
  } else {
    row.log().add_once(std::string(field), "id",
                       base::say("no column for the code: codes were made from the layer's name and the feature's "
                                 "number ({} ...); name the column with --map code=COLUMN",
                                 code));
  }
  return code;
}

void ImportContext::note_join(std::string_view what, const std::string& feature, const std::string& text,
                              const KeyMatch& match, const Keys& keys) {
  ++join.by[std::string(what)][std::string(word_of(match.how))];
  if (match.how != KeyMatch::How::none && match.how != KeyMatch::How::ambiguous) {
    ++join.matched;
    return;
  }
  const bool ambiguous = match.how == KeyMatch::How::ambiguous;
  ++(ambiguous ? join.ambiguous : join.unmatched);
  constexpr std::size_t most_rows = 10'000;
  constexpr std::int64_t most_scans = 20;
  if (join.rows.size() >= most_rows) return;
  JoinRow row{feature, std::string(what), text, ambiguous, {}};
  if (ambiguous && join.ambiguous <= most_scans) row.candidates = keys.codes_like(text);
  join.rows.push_back(std::move(row));
}

std::int64_t ImportContext::joined(std::string_view what, const ImportRow& row, const std::string& text,
                                   const Keys& keys) {
  if (text.empty()) return 0;
  const KeyMatch match = keys.look(text);
  note_join(what, row.feature(), text, match, keys);
  return match.id;
}

std::int64_t ImportContext::joined_link(const ImportRow& row, std::string_view field, const std::string& text,
                                        const Keys& keys, std::string_view what) {
  if (!text.empty()) note_join(what, row.feature(), text, keys.look(text), keys);
  return linked_text(row, field, text, keys, what);
}

std::optional<CodedRow> ImportContext::coded_row(std::string code, std::string match, const Keys& keys,
                                                 const std::string& feature,
                                                 const std::function<void(const char*, const std::string&)>& warn) {
  CodedRow coded{std::move(code), std::move(match), 0};
  coded.id = keys.by_code(coded.code);
  if (options.on_duplicate == OnDuplicate::update) {
    // Under another spelling or by another identifier it is the same one still; a name is not enough.
    KeyMatch found = keys.look(coded.code);
    if (found.how == KeyMatch::How::name) found = {};
    note_join(model::name_of(options.kind), feature, coded.code, found, keys);
    if (found.how == KeyMatch::How::ambiguous) {
      warn("duplicate-id",
           base::say("code {} means several that are in the project: this row was rejected", coded.code));
      return std::nullopt;
    }
    if (coded.id == 0 && found.id != 0 && found.id < m_first_inserted) {
      coded.id = found.id;
      warn("id",
           base::say("code {} is another spelling or identifier of one that is in the project: that one was updated",
                     coded.code));
    }
  }
  if (coded.id == 0) return coded;
  if (options.on_duplicate == OnDuplicate::keep) {
    const std::string written = coded.code;
    for (int n = 2; keys.by_code(coded.code) != 0; ++n) coded.code = fmt::format("{}#{}", written, n);
    warn("duplicate-id",
         base::say("code {} is taken: this row was kept as {}; until one of them is removed both are in the totals",
                   written, coded.code));
    coded.match = keys.spelled(coded.code);
    coded.id = 0;
    return coded;
  }
  if (coded.id >= m_first_inserted || m_updated.contains(coded.id)) {
    warn("duplicate-id", said_of_repeated(coded.code));
    return std::nullopt;
  }
  if (options.on_duplicate == OnDuplicate::update) return coded;
  warn("duplicate-id",
       base::say(
           "code {} is already in the project: this row was rejected; --on-duplicate update changes the stored one",
           coded.code));
  return std::nullopt;
}

std::optional<CodedRow> ImportContext::coded_row(const ImportRow& row, const Keys& keys) {
  std::string code = code_of(row);
  std::string match = keys.spelled(code);
  return coded_row(std::move(code), std::move(match), keys, row.feature(),
                   [&](const char* keyword, const std::string& message) { row.warn("code", keyword, message); });
}

RowOutcome ImportContext::write_row(const char* table, CodedRow& row, Cells& cells, Keys& keys,
                                    const std::string& name) {
  if (row.id != 0) {
    m_updated.insert(row.id);
    change.update(table, row.id, cells.list());
    return RowOutcome::updated;
  }
  row.id = change.insert(table, cells.text("code", row.code).list());
  m_first_inserted = std::min(m_first_inserted, row.id);
  keys.add(row.code, row.match, row.id, {name});
  return RowOutcome::inserted;
}

bool ImportContext::is_repeated(const std::string& key) const {
  return options.on_duplicate != OnDuplicate::update || codes_of_this_import.contains(key);
}

RowOutcome ImportContext::reject(const ImportRow& row, std::string_view field, const std::string& code,
                                 const std::string& why) {
  row.warn(field, code, base::say("{}: this row was rejected", why));
  return RowOutcome::rejected;
}

bool ImportContext::rejects(const ImportRow& row, const TakenFacts& taken) const {
  if (taken.state != TakenFacts::State::wrong_type) return false;
  // What a drawing writes beside its outlines is worth more than the place of it.
  std::string written;
  const auto& fields = row.header().fields;
  for (std::size_t i = 0; header.driver == "DXF" && i < fields.size(); ++i) {
    const auto* const text = std::get_if<std::string>(&row.source().values[i]);
    if (fields[i].name == "Text" && text != nullptr && !text->empty()) written = io::cut_name(*text);
  }
  row.warn("", "geom-mixed",
           written.empty()
               ? base::say("its geometry is of another type than {} have: this row was rejected", said_of(options.kind))
               : base::say("its geometry is of another type than {} have: this row was rejected: \"{}\"",
                           said_of(options.kind), written));
  return true;
}

std::optional<TakenGeometry> ImportContext::take_geometry(const ImportRow& row,
                                                          std::optional<geom::GeometryKind> wanted, bool& rejected) {
  rejected = false;
  if (geometry == nullptr) return std::nullopt;
  TakenGeometry taken = geometry->taker().take(row.source().wkb, wanted, row.feature(), row.log());
  geometry->count(taken, row.source().fid);
  rejected = rejects(row, taken);
  if (rejected) return std::nullopt;
  if (taken.state == TakenGeometry::State::none) return std::nullopt;
  if (taken.repaired) ++repaired;
  return taken;
}

namespace {

// `what` a row is linked with, as the messages say it.
std::string noun_of(std::string_view what, bool several) {
  if (what == "document") return several ? base::say("documents") : base::say("document");
  if (what == "land record") return several ? base::say("land records") : base::say("land record");
  if (what == "parcel") return several ? base::say("parcels") : base::say("parcel");
  if (what == "pathway") return several ? base::say("pathways") : base::say("pathway");
  return several ? base::say("programmes") : base::say("programme");
}

}  // namespace

std::int64_t ImportContext::linked_text(const ImportRow& row, std::string_view field, const std::string& text,
                                        const Keys& keys, std::string_view what) const {
  if (text.empty()) return 0;
  const KeyMatch match = keys.look(text);
  if (match.how == KeyMatch::How::ambiguous) {
    row.warn(
        field, "field",
        base::say("several {} in the project are called \"{}\": the link was left out", noun_of(what, true), text));
  } else if (match.id == 0) {
    row.warn(field, "field",
             base::say("there is no {} \"{}\" in the project: the link was left out", noun_of(what, false), text));
  }
  return match.id;
}

std::int64_t ImportContext::linked(const ImportRow& row, std::string_view field, const Keys& keys,
                                   std::string_view what) const {
  return linked_text(row, field, row.text(field), keys, what);
}

std::vector<std::int64_t> ImportContext::units(const ImportRow& row, std::string_view field) {
  if (!m_units) {
    m_units.emplace();
    for (const model::Unit& unit : *project.units) m_units->add(unit.code, unit.id.value, {unit.name_zh, unit.name_en});
  }
  std::vector<std::int64_t> ids;
  for (const std::string& name : row.list(field)) {
    std::int64_t id = m_units->find(name);
    if (id == 0) {
      id = change.insert("units", Cells().text("code", name).text("name_zh", name).list());
      m_units->add(name, id);
      row.warn(field, "name", base::say("unit \"{}\" is new: it was added to the units", name));
    }
    ids.push_back(id);
  }
  return ids;
}

const Keys& ImportContext::documents() {
  if (!m_documents) {
    m_documents.emplace();
    for (const model::Document& document : *project.documents) {
      m_documents->add(document.code, document.id.value, {document.title_zh, document.title_en, document.number});
    }
  }
  return *m_documents;
}

Keys parcel_keys(const model::Project& project) {
  Keys keys(model::normal_parcel_code);
  const model::ParcelTable& parcels = *project.parcels;
  for (std::size_t i = 0; i < parcels.size(); ++i)
    keys.add(std::string(parcels.code[i]), parcels.id[i].value, {parcels.name[i]});
  for (const model::ParcelIdentifier& identifier : *project.parcel_identifiers) {
    if (parcels.row_of(identifier.parcel)) keys.add_identifier(identifier.value, identifier.parcel.value);
  }
  return keys;
}

Keys project_keys(const model::Project& project) {
  Keys keys;
  for (const model::CarrierProject& row : *project.projects)
    keys.add(row.code, row.id.value, {row.name_zh, row.name_en});
  return keys;
}

Keys phase_keys(const model::Project& project) {
  Keys keys;
  for (const model::Phase& row : *project.phases) keys.add(row.code, row.id.value, {row.name_zh, row.name_en});
  return keys;
}

Keys stage_keys(const model::Project& project) {
  Keys keys;
  std::int64_t id = 0;
  for (const model::Stage& stage : *project.stages) {
    keys.add(stage.code, ++id, {stage.name_zh, stage.name_en});
    for (std::string_view rest = stage.name_zh; !rest.empty();) {  // "研究/策划": either word names it
      const std::size_t bar = std::min(rest.find('/'), rest.size());
      keys.add(stage.code, id, {rest.substr(0, bar)});
      rest.remove_prefix(std::min(bar + 1, rest.size()));
    }
  }
  return keys;
}

}  // namespace zaitu::app
