# fupin_contracts(<set> <folder>): compiles every <folder>/<participant>/<noun>.proto into
# build/<preset>/contracts/<set>/<participant>.<noun>.binpb, beside copies of participants.textproto
# and code_lists.textproto. What a service loads is this folder.
function(fupin_contracts set folder)
  set(out ${CMAKE_BINARY_DIR}/contracts/${set})
  file(MAKE_DIRECTORY ${out})
  file(GLOB protos CONFIGURE_DEPENDS ${folder}/*/*.proto)
  set(made)
  foreach(proto ${protos})
    get_filename_component(noun ${proto} NAME_WE)
    get_filename_component(participant ${proto} DIRECTORY)
    get_filename_component(participant ${participant} NAME)
    set(binary ${out}/${participant}.${noun}.binpb)
    add_custom_command(
      OUTPUT ${binary}
      COMMAND protobuf::protoc -I ${CMAKE_SOURCE_DIR}/proto -I ${folder}
              --descriptor_set_out=${binary} ${proto}
      DEPENDS ${proto} ${CMAKE_SOURCE_DIR}/proto/fupin/contract/v1/contract.proto
      COMMENT "contract ${participant}.${noun}")
    list(APPEND made ${binary})
  endforeach()
  foreach(file participants.textproto code_lists.textproto)
    add_custom_command(
      OUTPUT ${out}/${file}
      COMMAND ${CMAKE_COMMAND} -E copy ${folder}/${file} ${out}/${file}
      DEPENDS ${folder}/${file})
    list(APPEND made ${out}/${file})
  endforeach()
  add_custom_target(contracts_${set} ALL DEPENDS ${made})
endfunction()
