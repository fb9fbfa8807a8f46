# Compiler settings and the three functions every folder uses: fupin_library, fupin_executable and
# fupin_test. A target is named after its folder: libs/kv -> fupin_kv.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

set(FUPIN_SANITIZE "" CACHE STRING "comma list for -fsanitize")
option(FUPIN_FUZZ "build the fuzz targets (clang only)" OFF)

find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
endif()
find_program(MOLD mold)
if(MOLD)
  add_link_options(-fuse-ld=mold)
endif()

# Contraction would let one machine fuse a multiply and an add that another rounds twice; scores
# must be the same byte for byte everywhere.
add_compile_options(-ffp-contract=off)
# A finding ends the process: undefined behaviour that is only printed would pass every test.
if(FUPIN_SANITIZE)
  add_compile_options(-fsanitize=${FUPIN_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${FUPIN_SANITIZE})
endif()
if(FUPIN_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)  # the libraries count their branches for libFuzzer
endif()
if(FUPIN_SANITIZE MATCHES "thread")
  add_library(fupin_tsan STATIC ${CMAKE_CURRENT_LIST_DIR}/tsan.cc)
  link_libraries(fupin_tsan)
  foreach(symbol N4absl7debian35Mutex4LockEv N4absl7debian35Mutex6UnlockEv
          N4absl7debian35Mutex10ReaderLockEv N4absl7debian35Mutex12ReaderUnlockEv
          N4absl7debian35Mutex5AwaitERKNS0_9ConditionE
          N4absl7debian35Mutex16AwaitWithTimeoutERKNS0_9ConditionENS0_8DurationE
          N4absl7debian37CondVar4WaitEPNS0_5MutexE N4absl7debian312Notification6NotifyEv
          NK4absl7debian312Notification19WaitForNotificationEv)
    add_link_options(-Wl,--wrap=_Z${symbol})
  endforeach()
endif()
if(CMAKE_BUILD_TYPE STREQUAL "Release")
  set(CMAKE_CXX_FLAGS_RELEASE "-O2 -g1 -DNDEBUG")
endif()

# -Wno-restrict: g++ 12 warns falsely on "A" + std::to_string(i) in C++20.
set(FUPIN_WARNINGS -Wall -Wextra -Werror -Wno-missing-field-initializers)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  list(APPEND FUPIN_WARNINGS -Wno-restrict)
else()
  list(APPEND FUPIN_WARNINGS -Wthread-safety)
endif()

find_package(Threads REQUIRED)
find_package(Protobuf REQUIRED)
find_package(gRPC CONFIG REQUIRED)
find_package(absl CONFIG REQUIRED)
find_package(RocksDB CONFIG REQUIRED)
find_package(prometheus-cpp CONFIG REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(ZLIB REQUIRED)
find_package(Catch2 2 CONFIG REQUIRED)
find_program(GRPC_CPP_PLUGIN grpc_cpp_plugin REQUIRED)
include(Catch)

# google/api/annotations.proto comes from Debian's golang-github-gogo-googleapis-dev.
set(GOOGLEAPIS /usr/share/gocode/src/github.com/gogo/googleapis)
set(FUPIN_GEN ${CMAKE_BINARY_DIR}/gen)
file(MAKE_DIRECTORY ${FUPIN_GEN})

add_custom_target(generated)  # all generated headers, for tools that read sources

# fupin_proto(<name> [GRPC] PROTOS <path...> [ROOT <dir>] DEPS <fupin_proto_*...>)
function(fupin_proto name)
  cmake_parse_arguments(ARG "GRPC" "ROOT" "PROTOS;DEPS" ${ARGN})
  if(NOT ARG_ROOT)
    set(ARG_ROOT ${CMAKE_SOURCE_DIR}/proto)
  endif()
  set(sources)
  foreach(proto ${ARG_PROTOS})
    string(REGEX REPLACE "\\.proto$" "" base ${proto})
    set(outputs ${FUPIN_GEN}/${base}.pb.cc ${FUPIN_GEN}/${base}.pb.h)
    set(grpc_flags)
    if(ARG_GRPC)
      list(APPEND outputs ${FUPIN_GEN}/${base}.grpc.pb.cc ${FUPIN_GEN}/${base}.grpc.pb.h)
      set(grpc_flags --grpc_out=${FUPIN_GEN} --plugin=protoc-gen-grpc=${GRPC_CPP_PLUGIN})
    endif()
    add_custom_command(
      OUTPUT ${outputs}
      COMMAND protobuf::protoc -I ${CMAKE_SOURCE_DIR}/proto -I ${CMAKE_SOURCE_DIR} -I ${GOOGLEAPIS} --cpp_out=${FUPIN_GEN}
              ${grpc_flags} ${ARG_ROOT}/${proto}
      DEPENDS ${ARG_ROOT}/${proto}
      COMMENT "protoc ${proto}")
    list(APPEND sources ${outputs})
  endforeach()
  add_custom_target(fupin_proto_${name}_files DEPENDS ${sources})
  add_dependencies(generated fupin_proto_${name}_files)
  add_library(fupin_proto_${name} STATIC ${sources})
  if(FUPIN_SANITIZE)
    # Generated code is not ours to check, and takes half of the time to build.
    target_compile_options(fupin_proto_${name} PRIVATE -fno-sanitize=all -O1)
  endif()
  target_include_directories(fupin_proto_${name} SYSTEM PUBLIC ${FUPIN_GEN})
  target_link_libraries(fupin_proto_${name} PUBLIC protobuf::libprotobuf ${ARG_DEPS})
  if(ARG_GRPC)
    target_link_libraries(fupin_proto_${name} PUBLIC gRPC::grpc++)
  endif()
endfunction()

# fupin_library(<name> SOURCES <cc...> HEADERS <h...> DEPS <targets...>)
function(fupin_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;HEADERS;DEPS" ${ARGN})
  if(ARG_SOURCES)
    add_library(fupin_${name} STATIC ${ARG_SOURCES})
    set(scope PUBLIC)
    target_compile_options(fupin_${name} PRIVATE ${FUPIN_WARNINGS})
  else()
    add_library(fupin_${name} INTERFACE)
    set(scope INTERFACE)
  endif()
  target_sources(fupin_${name} ${scope} FILE_SET HEADERS BASE_DIRS ${CMAKE_SOURCE_DIR}
                 FILES ${ARG_HEADERS})
  target_link_libraries(fupin_${name} ${scope} ${ARG_DEPS})
  set_target_properties(fupin_${name} PROPERTIES VERIFY_INTERFACE_HEADER_SETS ON)
endfunction()

# fupin_executable(<name> SOURCES <cc...> DEPS <targets...>): binary in build/<preset>/bin.
function(fupin_executable name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR})
  target_compile_options(${name} PRIVATE ${FUPIN_WARNINGS})
  target_link_libraries(${name} PRIVATE ${ARG_DEPS})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
endfunction()

# Target tests_<label> builds all tests of that label.
function(fupin_labelled label target)
  if(NOT TARGET tests_${label})
    add_custom_target(tests_${label})
  endif()
  add_dependencies(tests_${label} ${target})
endfunction()

# fupin_test(<name> LABEL unit|service|walk|sim|bench SOURCES <cc...> DEPS <targets...>)
# Every TEST_CASE becomes a CTest test of that label.
function(fupin_test name)
  cmake_parse_arguments(ARG "" "LABEL;TIMEOUT" "SOURCES;DEPS" ${ARGN})
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 120)
  endif()
  if(FUPIN_SANITIZE)
    math(EXPR ARG_TIMEOUT "${ARG_TIMEOUT} * 4")
  endif()
  add_executable(${name} ${ARG_SOURCES})
  target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR})
  target_compile_options(${name} PRIVATE ${FUPIN_WARNINGS})
  target_compile_definitions(${name} PRIVATE FUPIN_SOURCE_DIR="${CMAKE_SOURCE_DIR}"
                             FUPIN_BINARY_DIR="${CMAKE_BINARY_DIR}")
  target_link_libraries(${name} PRIVATE ${ARG_DEPS} Catch2::Catch2WithMain)
  catch_discover_tests(${name} PROPERTIES LABELS ${ARG_LABEL} TIMEOUT ${ARG_TIMEOUT})
  fupin_labelled(${ARG_LABEL} ${name})
endfunction()

# fupin_fuzz(<noun>_fuzz SOURCES <cc...> DEPS <targets...> [NEEDS <targets...>])
# In the fuzz preset a libFuzzer target that starts from the folder <noun>_corpus beside its first
# source; elsewhere a unit test that reads that folder once. NEEDS are made before it runs.
add_custom_target(fuzz_targets)
function(fupin_fuzz name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS;NEEDS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR})
  target_compile_definitions(${name} PRIVATE FUPIN_SOURCE_DIR="${CMAKE_SOURCE_DIR}"
                             FUPIN_BINARY_DIR="${CMAKE_BINARY_DIR}")
  target_compile_options(${name} PRIVATE ${FUPIN_WARNINGS})
  target_link_libraries(${name} PRIVATE ${ARG_DEPS})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/fuzz)
  if(ARG_NEEDS)
    add_dependencies(${name} ${ARG_NEEDS})
  endif()
  add_dependencies(fuzz_targets ${name})
  if(FUPIN_FUZZ)
    target_compile_options(${name} PRIVATE -fsanitize=fuzzer)
    target_link_options(${name} PRIVATE -fsanitize=fuzzer)
  else()
    target_sources(${name} PRIVATE ${CMAKE_SOURCE_DIR}/scripts/build/replay.cc)
    list(GET ARG_SOURCES 0 source)
    string(REGEX REPLACE "_fuzz.cc$" "_corpus" corpus ${source})
    add_test(NAME "I01 ${name}: every input of its corpus is read"
             COMMAND ${name} ${CMAKE_CURRENT_SOURCE_DIR}/${corpus})
    set_tests_properties("I01 ${name}: every input of its corpus is read" PROPERTIES LABELS unit)
    fupin_labelled(unit ${name})
  endif()
endfunction()

# Adds every direct sub-folder that has a CMakeLists.txt.
macro(fupin_add_folders)
  file(GLOB folders CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*/CMakeLists.txt)
  foreach(file ${folders})
    get_filename_component(folder ${file} DIRECTORY)
    add_subdirectory(${folder})
  endforeach()
endmacro()
