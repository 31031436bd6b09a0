// Reads tests/data/crs_vectors.csv: published coordinates and areas that others computed.
#pragma once

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "geom/geometry.h"

namespace zaitu::test {

inline std::vector<std::vector<std::string>> read_vectors(const std::string& kind) {
  std::ifstream file(std::string(TEST_DATA_DIR) + "/crs_vectors.csv");
  std::vector<std::vector<std::string>> rows;
  for (std::string line; std::getline(file, line);) {
    std::vector<std::string> cells;
    std::istringstream stream(line);
    for (std::string cell; std::getline(stream, cell, ',');) cells.push_back(cell);
    if (cells.size() > 1 && cells[1] == kind) rows.push_back(cells);
  }
  return rows;
}

struct TransformationVector {
  std::string id, target;
  geom::Coord lon_lat, expected;
};

inline std::vector<TransformationVector> read_transformation_vectors() {
  std::vector<TransformationVector> vectors;
  for (const auto& row : read_vectors("transformation")) {
    vectors.push_back({row[0], row[4], {std::stod(row[2]), std::stod(row[3])}, {std::stod(row[5]), std::stod(row[6])}});
  }
  return vectors;
}

// A rectangle of longitudes and latitudes: its area on the ellipsoid, and in the plane of some CRS.
struct AreaVector {
  std::string id, crs;
  double west = 0, south = 0, size = 0, ellipsoidal_m2 = 0;
  double planar_m2 = 0;
};

inline std::vector<AreaVector> read_area_vectors() {
  std::vector<AreaVector> vectors;
  for (const auto& row : read_vectors("area")) {
    vectors.push_back(
        {row[0], row[4], std::stod(row[2]), std::stod(row[3]), 0.01, std::stod(row[5]), std::stod(row[6])});
  }
  return vectors;
}

}  // namespace zaitu::test
