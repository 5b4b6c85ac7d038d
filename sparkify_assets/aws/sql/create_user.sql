CREATE USER sparkify_loader PASSWORD :password
