#include "report/sheet.h"

#include <cairo.h>

#include <algorithm>

#include "report/pdf_file.h"

namespace zaitu::report {

namespace {

constexpr double foot_size = 7.5;
constexpr double cell_gap = 3.5;

}  // namespace

Sheet::Sheet(Canvas& canvas, Frame frame, int pages, Density density)
    : m_canvas(canvas), m_frame(std::move(frame)), m_pages(pages), m_density(density) {
  begin_page();
}

void Sheet::begin_page() {
  ++m_page;
  m_y = (m_page == 1 ? m_frame.first_head : m_frame.next_head)(m_canvas);
  const double line = m_canvas.line_height(foot_size);
  m_floor = page_height - bottom_margin - line * static_cast<double>(m_frame.foot.size()) - 6;
}

void Sheet::end_page() {
  if (m_page == 1) m_first_page_room = room();
  double y = m_floor + 4;
  m_canvas.line(left, y, left + width, y, rule_grey);
  y += 3;
  const std::string page = m_frame.page_of(m_page, m_pages);
  m_canvas.text(left + width - 120, y, 120, page,
                {.size = foot_size + 0.5, .bold = true, .colour = muted, .align = TextStyle::Align::right});
  if (!m_frame.foot_mark.empty()) {
    m_canvas.text(left + width - 120, y + m_canvas.line_height(foot_size + 0.5) + 1, 120, m_frame.foot_mark,
                  {.size = foot_size, .bold = true, .colour = caution, .align = TextStyle::Align::right});
  }
  for (const std::string& words : m_frame.foot)
    y += m_canvas.text(left, y, width - 130, words, {.size = foot_size, .colour = muted, .one_line = true});
  if (!m_canvas.dry()) cairo_show_page(m_canvas.cairo());
}

int Sheet::finish() {
  end_page();
  return m_page;
}

void Sheet::need(double height) {
  if (height > room()) break_page();
}

void Sheet::break_page() {
  end_page();
  begin_page();
}

void Sheet::heading(const std::string& title, const std::string& remark, double keep_with) {
  need(m_canvas.line_height(11) + 12 + keep_with);
  m_y += m_density.heading_gap;
  m_y += heading_at(left, m_y, width, title, remark);
}

double Sheet::heading_at(double x, double y, double block_width, const std::string& title,
                         const std::string& remark) const {
  const TextStyle style{.size = 11, .bold = true, .colour = band};
  const double height = m_canvas.line_height(style.size);
  m_canvas.box(x, y + 3, 3.5, height - 6, band);
  m_canvas.text(x + 9, y, 0, title, style);
  if (!remark.empty()) {
    const double start = x + 9 + m_canvas.text_width(title, style) + 10;
    m_canvas.text(start, y + height - m_canvas.line_height(8) - 1.2, x + block_width - start, remark,
                  {.size = 8, .colour = muted, .one_line = true});
  }
  m_canvas.line(x, y + height + 1, x + block_width, y + height + 1, rule_grey);
  return height + 5;
}

double Sheet::facts_at(double x, double y, double fact_width, double label_width,
                       const std::vector<Fact>& facts) const {
  const double start = y;
  for (const Fact& fact : facts) {
    const double value_x = x + label_width + (fact.value.chip ? 13 : 0);
    const TextStyle value{.size = 9.5, .bold = fact.value.bold, .colour = fact.value.colour};
    const double label_height = m_canvas.text(x, y + 2, label_width - 6, fact.label, {.size = 9, .colour = muted});
    if (fact.value.chip) {
      m_canvas.box(x + label_width, y + 4.5, 9, 9, *fact.value.chip);
      m_canvas.frame(x + label_width, y + 4.5, 9, 9, muted, 0.5);
    }
    const double height = m_canvas.text(value_x, y + 1.6, x + fact_width - value_x, fact.value.text, value);
    y += std::max(height, label_height) + m_density.fact_gap;
    m_canvas.line(x, y, x + fact_width, y, rule_grey, 0.4);
  }
  return y - start;
}

double Sheet::facts_height(double fact_width, double label_width, const std::vector<Fact>& facts) const {
  double total = 0;
  for (const Fact& fact : facts) {
    const double inset = label_width + (fact.value.chip ? 13 : 0);
    const TextStyle value{.size = 9.5, .bold = fact.value.bold};
    total += std::max(m_canvas.text_height(fact.value.text, fact_width - inset, value),
                      m_canvas.text_height(fact.label, label_width - 6, {.size = 9})) +
             m_density.fact_gap;
  }
  return total;
}

std::vector<double> Sheet::column_edges(double x, double table_width, const PageTable& table) const {
  double weights = 0;
  for (const PageColumn& column : table.columns) weights += column.weight;
  std::vector<double> edges{x};
  for (const PageColumn& column : table.columns) edges.push_back(edges.back() + table_width * column.weight / weights);
  return edges;
}

// A left-aligned column that follows a right-aligned one keeps more distance, or the two read as one.
double Sheet::inset(const PageTable& table, std::size_t column) {
  const bool crowded = column > 0 && table.columns[column].align == TextStyle::Align::left &&
                       table.columns[column - 1].align == TextStyle::Align::right;
  return crowded ? cell_gap + 8 : cell_gap;
}

double Sheet::row_height(const std::vector<double>& edges, const PageTable& table, const std::vector<Cell>& row) const {
  double height = m_canvas.line_height(table.text_size);
  for (std::size_t i = 0; i < row.size(); ++i) {
    const double lost = inset(table, i) + cell_gap + (row[i].chip ? 12 : 0);
    height = std::max(height, m_canvas.text_height(row[i].text, edges[i + 1] - edges[i] - lost,
                                                   {.size = table.text_size, .bold = row[i].bold}));
  }
  return height + 2 * padding(table);
}

double Sheet::header_at(const std::vector<double>& edges, double y, const PageTable& table, bool draw) const {
  TextStyle style{.size = table.text_size - 0.5, .bold = true, .colour = muted};
  double height = m_canvas.line_height(style.size);
  for (std::size_t i = 0; i < table.columns.size(); ++i)
    height = std::max(height, m_canvas.text_height(table.columns[i].title,
                                                   edges[i + 1] - edges[i] - inset(table, i) - cell_gap, style));
  if (draw) {
    m_canvas.box(edges.front(), y, edges.back() - edges.front(), height + 4, panel);
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
      style.align = table.columns[i].align;
      const double inner = edges[i + 1] - edges[i] - inset(table, i) - cell_gap;
      const double own = m_canvas.text_height(table.columns[i].title, inner, style);
      m_canvas.text(edges[i] + inset(table, i), y + 2 + height - own, inner, table.columns[i].title, style);
    }
    m_canvas.line(edges.front(), y + height + 4, edges.back(), y + height + 4, muted, 0.8);
  }
  return height + 4;
}

void Sheet::row_at(const std::vector<double>& edges, double y, double height, const PageTable& table,
                   const std::vector<Cell>& row, bool total) const {
  if (total) m_canvas.line(edges.front(), y, edges.back(), y, ink, 0.9);
  for (std::size_t i = 0; i < row.size(); ++i) {
    const Cell& cell = row[i];
    double x = edges[i] + inset(table, i);
    if (cell.chip) {
      const double middle = y + padding(table) + m_canvas.line_height(table.text_size) / 2;
      m_canvas.box(x, middle - 4, 8, 8, *cell.chip);
      m_canvas.frame(x, middle - 4, 8, 8, muted, 0.5);
      x += 12;
    }
    m_canvas.text(
        x, y + padding(table), edges[i + 1] - cell_gap - x, cell.text,
        {.size = table.text_size, .bold = cell.bold || total, .colour = cell.colour, .align = table.columns[i].align});
  }
  m_canvas.line(edges.front(), y + height, edges.back(), y + height, total ? ink : rule_grey, total ? 0.9 : 0.4);
}

double Sheet::table_at(double x, double y, double table_width, const PageTable& table) const {
  const std::vector<double> edges = column_edges(x, table_width, table);
  const double start = y;
  y += header_at(edges, y, table, true);
  for (std::size_t r = 0; r < table.rows.size(); ++r) {
    const double height = row_height(edges, table, table.rows[r]);
    row_at(edges, y, height, table, table.rows[r], table.has_total && r + 1 == table.rows.size());
    y += height;
  }
  return y - start;
}

double Sheet::table_height(double table_width, const PageTable& table) const {
  const std::vector<double> edges = column_edges(0, table_width, table);
  double height = header_at(edges, 0, table, false);
  for (const auto& row : table.rows) height += row_height(edges, table, row);
  return height;
}

void Sheet::table(const PageTable& table) {
  const std::vector<double> edges = column_edges(left, width, table);
  const double header = table.has_header ? header_at(edges, 0, table, false) : 0;
  for (std::size_t r = 0; r < table.rows.size(); ++r) {
    const double height = row_height(edges, table, table.rows[r]);
    const bool total = table.has_total && r + 1 == table.rows.size();
    // The total does not stand alone on a page, and neither does the header.
    const bool before_total = table.has_total && r + 2 == table.rows.size();
    const double wanted =
        height + (r == 0 ? header : 0) + (before_total ? row_height(edges, table, table.rows[r + 1]) : 0);
    const int page = m_page;
    if (!total) need(wanted);
    if ((r == 0 && table.has_header) || page != m_page) m_y += header_at(edges, m_y, table, true);
    row_at(edges, m_y, height, table, table.rows[r], total);
    m_y += height;
  }
  m_y += 3;
}

void Sheet::table_header(const PageTable& table) {
  m_y += header_at(column_edges(left, width, table), m_y, table, true);
}

double Sheet::rows_at(const std::vector<double>& edges, double y, const PageTable& table, std::size_t from,
                      std::size_t to) const {
  const double start = y;
  y += header_at(edges, y, table, true);
  for (std::size_t r = from; r < to; ++r) {
    const double height = row_height(edges, table, table.rows[r]);
    row_at(edges, y, height, table, table.rows[r], false);
    y += height;
  }
  return y - start;
}

void Sheet::table_in_columns(const PageTable& narrow, const PageTable& wide) {
  constexpr double gap = 18, each = (width - gap) / 2;
  const std::vector<double> first = column_edges(left, each, narrow);
  const std::vector<double> second = column_edges(left + each + gap, each, narrow);
  const double header = header_at(first, 0, narrow, false);
  const std::size_t rows = narrow.rows.size();
  std::vector<double> below{0};  // height of the rows before each row
  for (const auto& row : narrow.rows) below.push_back(below.back() + row_height(first, narrow, row));
  // How even two columns of the rows between can be: where the second begins.
  const auto even = [&](std::size_t begin) {
    std::size_t best = begin + 1;
    const auto longer = [&](std::size_t middle) {
      return std::max(below[middle] - below[begin], below[rows] - below[middle]);
    };
    for (std::size_t middle = begin + 2; middle <= rows; ++middle) {
      if (longer(middle) < longer(best)) best = middle;
    }
    return best;
  };
  const std::size_t half = rows == 0 ? 0 : even(0);
  const double in_columns = header + std::max(below[half], below[rows] - below[half]);
  if (rows == 0 || table_height(width, wide) <= in_columns + 12) {
    table(wide);
    return;
  }
  for (std::size_t from = 0; from < rows;) {
    need(header + below[from + 1] - below[from]);
    const double most = room() - header;
    // What does not fit goes to the next page.
    const auto fits = [&](std::size_t begin, std::size_t end) { return below[end] - below[begin] <= most; };
    std::size_t middle = even(from);
    while (middle > from + 1 && !fits(from, middle)) --middle;
    std::size_t end = middle;
    while (end < rows && fits(middle, end + 1)) ++end;
    const double a = rows_at(first, m_y, narrow, from, middle);
    const double b = end > middle ? rows_at(second, m_y, narrow, middle, end) : 0;
    m_y += std::max(a, b) + 3;
    from = end;
  }
}

void Sheet::paragraph(const std::string& text, const TextStyle& style, double indent) {
  const double height = m_canvas.text_height(text, width - indent, style);
  need(height);
  m_canvas.text(left + indent, m_y, width - indent, text, style);
  m_y += height;
}

}  // namespace zaitu::report
