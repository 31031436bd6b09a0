// A calendar day without a time zone, in the proleptic Gregorian calendar. Value type, any thread.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace zaitu::base {

class Date {
 public:
  Date() = default;                                                   // 1970-01-01
  static std::optional<Date> from_ymd(int year, int month, int day);  // nullopt when there is no such day
  // Strict ISO 8601 "YYYY-MM-DD"; anything else, 2025-02-30 too, is nullopt.
  static std::optional<Date> parse(std::string_view iso);
  static Date from_days(std::int32_t days_since_1970) { return Date(days_since_1970); }
  static Date today();  // in the machine's time zone

  std::int32_t days() const { return m_days; }
  int year() const;
  int month() const;  // 1..12
  int day() const;    // 1..31
  int quarter() const { return (month() - 1) / 3 + 1; }
  std::string iso() const;           // "2025-12-31"
  std::string quarter_name() const;  // "2025Q4"

  Date plus_days(int n) const { return Date(m_days + n); }
  Date plus_months(int n) const;   // the day is cut to the length of the month
  Date quarter_end() const;        // last day of this day's quarter
  static Date year_end(int year);  // 31 December

  friend bool operator==(Date, Date) = default;
  friend auto operator<=>(Date, Date) = default;

 private:
  explicit Date(std::int32_t days) : m_days(days) {}
  std::int32_t m_days = 0;
};

}  // namespace zaitu::base
