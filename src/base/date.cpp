#include "base/date.h"

#include <fmt/format.h>

#include <chrono>
#include <ctime>

namespace zaitu::base {

namespace chr = std::chrono;

namespace {

chr::year_month_day ymd_of(std::int32_t days) { return chr::year_month_day(chr::sys_days(chr::days(days))); }

std::optional<int> digits(std::string_view text) {
  int value = 0;
  for (char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return value;
}

}  // namespace

std::optional<Date> Date::from_ymd(int year, int month, int day) {
  if (year < 0 || year > 9999 || month < 1 || month > 12 || day < 1 || day > 31) return std::nullopt;
  const chr::year_month_day date{chr::year(year), chr::month(static_cast<unsigned>(month)),
                                 chr::day(static_cast<unsigned>(day))};
  if (!date.ok()) return std::nullopt;
  return Date(static_cast<std::int32_t>(chr::sys_days(date).time_since_epoch().count()));
}

std::optional<Date> Date::parse(std::string_view iso) {
  if (iso.size() != 10 || iso[4] != '-' || iso[7] != '-') return std::nullopt;
  const auto year = digits(iso.substr(0, 4));
  const auto month = digits(iso.substr(5, 2));
  const auto day = digits(iso.substr(8, 2));
  if (!year || !month || !day) return std::nullopt;
  return from_ymd(*year, *month, *day);
}

Date Date::today() {
  const std::time_t now = std::time(nullptr);
  std::tm local{};
  localtime_r(&now, &local);
  return *from_ymd(local.tm_year + 1900, local.tm_mon + 1, local.tm_mday);
}

int Date::year() const { return static_cast<int>(ymd_of(m_days).year()); }
int Date::month() const { return static_cast<int>(static_cast<unsigned>(ymd_of(m_days).month())); }
int Date::day() const { return static_cast<int>(static_cast<unsigned>(ymd_of(m_days).day())); }

std::string Date::iso() const { return fmt::format("{:04}-{:02}-{:02}", year(), month(), day()); }
std::string Date::quarter_name() const { return fmt::format("{:04}Q{}", year(), quarter()); }

Date Date::plus_months(int n) const {
  const auto date = ymd_of(m_days);
  const auto target = chr::year_month(date.year(), date.month()) + chr::months(n);
  const auto last = chr::year_month_day_last(target.year(), chr::month_day_last(target.month()));
  const auto day = date.day() < last.day() ? date.day() : last.day();
  return Date(static_cast<std::int32_t>(
      chr::sys_days(chr::year_month_day(target.year(), target.month(), day)).time_since_epoch().count()));
}

Date Date::quarter_end() const {
  const int last_month = quarter() * 3;
  return from_ymd(year(), last_month, 1)->plus_months(1).plus_days(-1);
}

Date Date::year_end(int year) { return *from_ymd(year, 12, 31); }

}  // namespace zaitu::base
